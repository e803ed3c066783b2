"""The commands, one file each: the listing of this folder is what --help lists."""
