"""An attack on the whole: what a hostile or a careless hand can do, and what must happen then."""
