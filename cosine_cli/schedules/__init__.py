"""The schedules, one file each: the listing of this folder is the catalogue."""
