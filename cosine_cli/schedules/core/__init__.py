"""What every schedule is made of: fields, shapes, blocks, pieces, sums."""
