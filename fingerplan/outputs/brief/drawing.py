"""The charts of the page as shapes with coordinates; the template writes them as inline SVG.

Colours are class names, so that the page chooses them for light and dark.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from fingerplan.outputs.brief import wording
from fingerplan.outputs.brief.figures import BRACKETS, COMPONENTS, Brief, axis_floor, levels
from fingerplan.outputs.brief.rows import Bridge, CasePeriod
from fingerplan.outputs.headline import in_kroner

WIDTH = 640
ZERO = Decimal(0)


@dataclass
class Drawing:
    """A chart: its title, its description in words, its shapes as (element, attributes, text), and a note below it."""

    title: str
    description: str
    height: float
    shapes: list[tuple[str, dict[str, object], str]] = field(default_factory=list)
    note: str = ""

    def add(self, element: str, look: str, text: str = "", **place: float) -> None:
        """Add a rect, line or text of a class; the class of a text says on which side of the point it stands."""
        self.shapes.append((element, {"class": look, **{at: round(value, 1) for at, value in place.items()}}, text))


def station_bars(brief: Brief) -> Drawing | None:
    """Draw a bar for each station: expected to date as a wide pale bar, realised as a narrow one on top of it."""
    pairs = {
        row.station_no: (row.expected_to_date_measured_dkk, row.realised_to_date_dkk)
        for row in brief.stations
        if row.expected_to_date_measured_dkk is not None and row.realised_to_date_dkk is not None
    }
    if not pairs:
        return None
    step, top, left, right = 21, 4, 262, WIDTH - 144
    low = min(ZERO, *map(min, pairs.values()))
    high = max(ZERO, *map(max, pairs.values()))
    span = high - low or Decimal(1)

    def at(amount: Decimal) -> float:
        return left + float((amount - low) / span) * (right - left)

    said = "; ".join(
        f"{wording.station_name(row)}: forventet {in_kroner(row.expected_to_date_measured_dkk)}, "
        f"realiseret {in_kroner(row.realised_to_date_dkk)}, {wording.progress(brief, row)}"
        for row in brief.stations
        if row.station_no in pairs
    )
    bottom = top + step * len(brief.stations)
    drawing = Drawing(f"Forventet til dato og realiseret pr. station, {brief.year}, kr.", said, bottom + 20)
    for y, row in zip(range(top, bottom, step), brief.stations, strict=True):
        drawing.add("text", "label start", wording.shortened(wording.station_name(row), 45), x=0, y=y + 13)
        drawing.add("text", "label start word", wording.progress(brief, row), x=right + 10, y=y + 13)
        if row.station_no in pairs:
            due, done = pairs[row.station_no]
            for look, amount, inset in (("due", due, 2), ("done", done, 6)):
                start, end = sorted((at(ZERO), at(amount)))
                drawing.add("rect", look, x=start, y=y + inset, width=max(end - start, 1), height=step - 2 * inset - 2)
            # the mark of the expected amount must show where the realised bar hides the pale one
            drawing.add("line", "goal", x1=at(due), y1=y + 1, x2=at(due), y2=y + step - 3)
    drawing.add("line", "axis", x1=at(ZERO), y1=top - 2, x2=at(ZERO), y2=bottom)
    for amount, side in ((low, "start"), (ZERO, "middle"), (high, "end")):
        if amount or side == "middle":
            drawing.add("text", f"tick {side}", in_kroner(amount), x=at(amount), y=bottom + 14)
    return drawing


def case_columns(periods: list[CasePeriod]) -> Drawing | None:
    """Draw a column for each month: the gross cost by bracket, and a mark at the net cost."""
    if not periods:
        return None
    bottom, top = 132, 16
    highest = max(period.gross_dkk for period in periods) or Decimal(1)

    def height(amount: Decimal) -> float:
        return float(amount / highest) * (bottom - top)

    said = "; ".join(
        f"{wording.month_name(period.period_start)}: brutto {wording.millions(period.gross_dkk)}, "
        f"netto {'ukendt' if period.net_dkk is None else wording.millions(period.net_dkk)}"
        for period in periods
    )
    drawing = Drawing("Særligt dyre sager efter refusionssats, mio. kr. om året", said, bottom + 22)
    slot = WIDTH / len(periods)
    wide = min(slot * 0.62, 56)
    for position, period in enumerate(periods):
        middle = slot * (position + 0.5)
        y = float(bottom)
        for bracket in BRACKETS:
            part = period.brackets.get(bracket)
            tall = height(part.gross_dkk if part else ZERO)
            y -= tall
            drawing.add("rect", f"rate{bracket}", x=middle - wide / 2, y=y, width=wide, height=tall)
        drawing.add("text", "label middle", wording.millions(period.gross_dkk), x=middle, y=y - 4)
        if period.net_dkk is not None:
            level = bottom - height(period.net_dkk)
            drawing.add("line", "net", x1=middle - wide / 2 - 4, y1=level, x2=middle + wide / 2 + 4, y2=level)
        drawing.add("text", "tick middle", wording.month_name(period.period_start, "MMM yy"), x=middle, y=bottom + 14)
    drawing.add("line", "axis", x1=0, y1=bottom, x2=WIDTH, y2=bottom)
    return drawing


def waterfall(brief: Brief, bridge: Bridge) -> Drawing:
    """Draw the bridge of the gross cost: the first level, the steps up and down, and the last level."""
    bottom, top = 122, 18
    level, floor = levels(bridge), axis_floor(bridge)
    span = max(level) - floor or Decimal(1)

    def at(amount: Decimal) -> float:
        return bottom - float((amount - floor) / span) * (bottom - top)

    first, last = (wording.month_name(month) for month in (bridge.from_month, bridge.to_month))
    # look, upper and lower end of the column, and the texts above and below it
    columns = [("due", level[0], floor, wording.millions(level[0]), first, "")]
    for component, before, after in zip(COMPONENTS, level, level[1:], strict=False):
        change, cases = bridge.steps[component].gross_dkk, bridge.steps[component].cases
        look = "rise" if change > 0 else "fall"
        name = brief.word("component", component).capitalize()
        below = f"{cases} {'sag' if cases == 1 else 'sager'}"
        columns.append((look, max(before, after), min(before, after), _signed(change), name, below))
    columns.append(("due", level[-1], floor, wording.millions(level[-1]), last, ""))
    drawing = Drawing(
        f"Hvad der ændrede bruttoudgiften fra {first} til {last}, mio. kr. om året",
        ", ".join(f"{wording.small(name)} {figure}" for *_, figure, name, _ in columns),
        bottom + 36,
        note=f"Aksen begynder ved {wording.millions(floor)} mio. kr." if floor else "",
    )
    slot = WIDTH / len(columns)
    wide = slot * 0.6
    for position, (look, upper, lower, figure, name, below) in enumerate(columns):
        middle = slot * (position + 0.5)
        drawing.add("rect", look, x=middle - wide / 2, y=at(upper), width=wide, height=max(at(lower) - at(upper), 1))
        drawing.add("text", "label middle", figure, x=middle, y=at(upper) - 4)
        drawing.add("text", "tick middle", name, x=middle, y=bottom + 14)
        drawing.add("text", "tick middle", below, x=middle, y=bottom + 28)
        if position < len(columns) - 1:
            y = at(level[position])
            drawing.add("line", "axis thin", x1=middle + wide / 2, y1=y, x2=middle + slot - wide / 2, y2=y)
    drawing.add("line", "axis", x1=0, y1=bottom, x2=WIDTH, y2=bottom)
    return drawing


def _signed(amount: Decimal) -> str:
    said = wording.millions(amount)
    return f"+{said}" if amount > 0 and said != "0,0" else said
