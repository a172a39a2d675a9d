from gridops.cli import main

main(prog_name="gridops")
