"""What figures and charts share: the traces of curves, ticks, clearances and half-peak crossings."""
