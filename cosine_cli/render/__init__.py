"""Tables, figures, charts and explanations: only this package imports Rich and matplotlib."""
