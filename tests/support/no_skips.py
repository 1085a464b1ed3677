"""In CI a skipped test is a failed run: nobody reads a green log to see what was left out."""

import os

import pytest

MAY_SKIP = "needs_shared"  # standards that live beside the repository, not in it


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def fail_when_skipped(session: pytest.Session) -> None:
    """Call from `pytest_sessionfinish`. Under xdist only the controller has all reports, so workers do nothing."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not in_ci() or reporter is None or hasattr(session.config, "workerinput"):
        return
    skipped = [report for report in reporter.stats.get("skipped", []) if MAY_SKIP not in report.keywords]
    if not skipped:
        return
    reporter.section("skipped in CI counts as failed", sep="!", red=True)
    for report in skipped:
        reporter.line(f"SKIPPED {report.nodeid}: {_reason(report)}")
    if session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
