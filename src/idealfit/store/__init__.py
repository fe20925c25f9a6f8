"""The one place on disk: workspace folder, ledger, immutable snapshots, locked-down engine."""
