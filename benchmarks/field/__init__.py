"""Training runs as strangers bring them: other tasks, tools and loggers than those of the fault lab, to judge on.

`logs/open` is there to look at and to learn from, `logs/kept` only to judge on; the two share no task and no tool.
`truth.json` says of every log what is wrong with its run, what its author would state of the script (`config`), and what
an expert sees in it beside the same run without the fault. The names of the logs say nothing.

    python -m benchmarks.field                        train what has no log yet, and write truth.json
    python -m benchmarks.field --judge [open|kept]    what lossclinic makes of the logs

Training needs `pip install -e .[field]`. `tools` holds one script for each tool and task, with its faults.
"""
