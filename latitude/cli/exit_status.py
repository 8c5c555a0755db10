"""What a command leaves with: done, failed, asked wrongly, or stopped from outside."""

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130
