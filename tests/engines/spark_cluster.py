"""A standalone Spark from pip's pyspark: a master, two workers and the Thrift server, on loopback addresses only.

Everything that it writes is below the folder it is given. It lives for a minute or two and is not meant for production.
"""

import contextlib
import importlib
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

from benchmarks.engines.building import BuildError, MissingEngineError

MASTER_ADDRESS = "127.0.0.1"
WORKER_ADDRESSES = ("127.0.0.2", "127.0.0.3")
OLDEST_JAVA = 17
START_LIMIT_S = 120
STOP_LIMIT_S = 5

_DRIVER = "Thrift server"
_STOPPING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}

# The tables are small, so planning, compiling and scheduling dominate. Without generated code, replanning and the
# slower of Java's two compilers a build takes half the CPU time.
_JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData"
_SETTINGS = {
    "spark.driver.host": MASTER_ADDRESS,
    "spark.driver.bindAddress": MASTER_ADDRESS,
    "spark.executor.memory": "768m",
    "spark.ui.enabled": "false",
    "spark.locality.wait": "0s",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    # the metastore need not outlive the server
    "spark.hadoop.javax.jdo.option.ConnectionURL": "jdbc:derby:memory:metastore;create=true",
    "spark.hadoop.datanucleus.schema.autoCreateAll": "true",
    "spark.hadoop.hive.metastore.schema.verification": "false",
    "spark.hadoop.hive.server2.thrift.bind.host": MASTER_ADDRESS,
    "spark.hadoop.hive.server2.authentication": "NOSASL",
}

# these log what is read below: that a process is ready, and when each task starts and ends
_TELLING_LOGGERS = (
    "org.apache.spark.deploy.master.Master",
    "org.apache.spark.scheduler.TaskSetManager",
    "org.apache.spark.scheduler.cluster.StandaloneSchedulerBackend",
    "org.apache.spark.storage.BlockManagerMasterEndpoint",
    "org.apache.hive.service.cli.thrift",
)
_LOGGING = """
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex
"""


class Cluster:
    """The processes of a cluster; as a context manager it ends all of them, whatever happens inside."""

    def __init__(self, folder: Path) -> None:
        """Find Java and pyspark.

        Args:
            folder: where tables, logs and temporary files go.

        Raises:
            MissingEngineError: Java or pyspark is not installed.
        """
        self._java = find_java()
        self._spark = find_pyspark()
        self._folder = folder / "spark"
        self._temporary = self._folder / "tmp"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.warehouse = self._folder / "warehouse"
        self.thrift_port = _free_port()

    def __enter__(self) -> Self:
        """Start every process; `wait_until_ready` waits until they can be used."""
        self._temporary.mkdir(parents=True)
        loggers = [f"logger.l{i}.name = {name}\nlogger.l{i}.level = info" for i, name in enumerate(_TELLING_LOGGERS)]
        (self._folder / "log4j2.properties").write_text("\n".join([_LOGGING, *loggers]), encoding="utf-8")
        try:
            self._start_all()
        except BaseException:
            self._stop_all()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End every process."""
        self._stop_all()

    def _start_all(self) -> None:
        master = ["--host", MASTER_ADDRESS, "--port", "0", "--webui-port", "0"]
        self._start("master", MASTER_ADDRESS, ["org.apache.spark.deploy.master.Master", *master])
        url = self._wait_for("master", r"Starting Spark master at (spark://\S+)")
        for address in WORKER_ADDRESSES:
            worker = ["--host", address, "--port", "0", "--webui-port", "0", "--cores", "1", "--memory", "1g"]
            worker += ["--work-dir", str(self._folder / address), url]
            self._start(f"worker {address}", address, ["org.apache.spark.deploy.worker.Worker", *worker])
        settings = {
            **_SETTINGS,
            "spark.hadoop.hive.server2.thrift.port": str(self.thrift_port),
            "spark.sql.warehouse.dir": str(self.warehouse),
        }
        server = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
        server += ["--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2", "spark-internal"]
        self._start(_DRIVER, MASTER_ADDRESS, ["org.apache.spark.deploy.SparkSubmit", "--master", url, *server])

    def wait_until_ready(self) -> None:
        """Wait until both workers run an executor each and the Thrift server answers.

        Raises:
            BuildError: that takes too long; the message names the process and its last line of output.
        """
        self._wait_for(_DRIVER, r"(ThriftBinaryCLIService on port)")
        for address in WORKER_ADDRESSES:
            self._wait_for(_DRIVER, rf"(Registering block manager {re.escape(address)}:)")

    def kill_worker(self, patience_s: float = 10) -> str:
        """Kill the first worker and its executor while a task runs on it, and summarize that in one line.

        The worker is stopped before it is killed, so that a task that it receives in between cannot end: tasks on small
        tables take milliseconds, and the kill would fall between two of them.
        """
        address = WORKER_ADDRESSES[0]
        process = self._processes[f"worker {address}"]
        os.killpg(process.pid, signal.SIGSTOP)
        # the driver still receives the tasks that ended before
        time.sleep(0.5)
        until = time.monotonic() + patience_s
        while not self._running_tasks(address) and time.monotonic() < until:
            time.sleep(0.05)
        running = self._running_tasks(address)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return f"worker {address} and its executor killed with {len(running)} task(s) running"

    def lost(self) -> str:
        """Summarize what the driver has lost according to its log; empty if it has noticed nothing."""
        log = self._read_log(_DRIVER)
        executors = sorted(set(re.findall(r"Lost executor (\d+) on (\S+?):", log)))
        if not executors:
            return ""
        named = ", ".join(f"executor {number} on {address}" for number, address in executors)
        # the second number of a task counts its attempts from 0: 0.1 is the second attempt of task 0
        again = re.findall(r"Starting task \d+\.[1-9]\d* in stage", log)
        return f"lost {named} and ran {len(again)} task(s) again elsewhere"

    def _running_tasks(self, address: str) -> set[str]:
        log = self._read_log(_DRIVER)
        begun = re.findall(rf"Starting task \S+ in stage \S+ \(TID (\d+)\) \({re.escape(address)},", log)
        return set(begun) - set(re.findall(r"(?:Finished|Lost) task \S+ in stage \S+ \(TID (\d+)\)", log))

    def _start(self, name: str, address: str, arguments: list[str]) -> None:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("SPARK_", "PYSPARK_"))}
        environment = {
            **inherited,
            "JAVA_HOME": str(self._java),
            "SPARK_HOME": str(self._spark),
            # not the settings of another Spark on this machine
            "SPARK_CONF_DIR": str(self._folder),
            "SPARK_LOCAL_IP": address,
            # libraries, logs and unfinished files go to Java's temporary folder
            "JDK_JAVA_OPTIONS": f'{_JAVA_OPTIONS} "-Djava.io.tmpdir={self._temporary}"',
            "SPARK_DAEMON_MEMORY": "1g" if name == _DRIVER else "256m",
            "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
        }
        with self._log(name).open("wb") as log:
            # its own process group: Ctrl-C reaches this script only, and a worker's executor is killed with the worker
            self._processes[name] = subprocess.Popen(
                [self._spark / "bin" / "spark-class", *arguments],
                cwd=self._folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait_for(self, name: str, pattern: str) -> str:
        until = time.monotonic() + START_LIMIT_S
        while True:
            ended = [other for other, process in self._processes.items() if process.poll() is not None]
            found = re.search(pattern, self._read_log(name))
            if found:
                return found[1]
            if ended or time.monotonic() > until:
                blamed = ended[0] if ended else name
                happened = "ended" if ended else f"was not ready within {START_LIMIT_S} s"
                raise BuildError(f"Spark did not start: the {blamed} {happened}: {self._last_words(blamed)}")
            time.sleep(0.1)

    def _last_words(self, name: str) -> str:
        lines = [line for line in self._read_log(name).splitlines() if line and not line.startswith("\t")]
        telling = [line for line in lines if " WARN " not in line and re.search(r"Exception|ERROR|Error:", line)]
        return (telling or lines or ["it wrote nothing"])[-1]

    def _read_log(self, name: str) -> str:
        return self._log(name).read_text(encoding="utf-8", errors="replace")

    def _log(self, name: str) -> Path:
        return self._folder / f"{name.replace(' ', '-')}.log"

    def _stop_all(self) -> None:
        # a second Ctrl-C must not leave half of them running
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
        try:
            # all at once: an orderly shutdown would spend ten seconds saving what is deleted with the folder
            for process in self._processes.values():
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            for process in self._processes.values():
                process.wait()
                self._wait_for_the_rest_of(process)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    @staticmethod
    def _wait_for_the_rest_of(process: subprocess.Popen[bytes]) -> None:
        """Wait until a worker's executor has ended too: until then it may still write into the folder."""
        until = time.monotonic() + STOP_LIMIT_S
        with contextlib.suppress(ProcessLookupError):
            while time.monotonic() < until:
                os.killpg(process.pid, 0)
                time.sleep(0.05)


def find_java() -> Path:
    """Find the home of Java: JAVA_HOME, or that of the java on the path.

    Raises:
        MissingEngineError: there is none, or it is too old for Spark.
    """
    named = os.environ.get("JAVA_HOME")
    java = Path(named) / "bin" / "java" if named else Path(shutil.which("java") or "")
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        hint = f"JAVA_HOME is {named}" if named else "on Debian: apt-get install openjdk-17-jre-headless"
        raise MissingEngineError(f"Spark not tried: no Java here ({hint})") from None
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < OLDEST_JAVA:
        raise MissingEngineError(f"Spark not tried: it needs Java {OLDEST_JAVA}, and {java} is {said.splitlines()[0]}")
    return java.resolve().parents[1]


def find_pyspark() -> Path:
    """Find the folder of pyspark, which contains all of Spark.

    Raises:
        MissingEngineError: pyspark or dbt's adapter for it is not installed.
    """
    for package in ("pyhive", "dbt.adapters.spark", "pyspark"):
        if importlib.util.find_spec(package) is None:
            raise MissingEngineError(f"Spark not tried: no Python package {package} here (make spark installs it)")
    return Path(importlib.import_module("pyspark").__path__[0])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((MASTER_ADDRESS, 0))
        port: int = probe.getsockname()[1]
        return port
