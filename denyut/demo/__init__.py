"""The demo city: invented people of an invented town, with two months behind them and phones."""
