"""Curves as tables and pictures: Rich and matplotlib live here and nowhere lower."""
