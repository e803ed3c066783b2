"""The commands, one file each; ``--help`` lists the files of this folder."""
