"""The long proofs. Each says what was tried and what went wrong; ``make faults`` prints one line for each."""
