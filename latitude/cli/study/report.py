"""``latitude study report``: what the sessions of a plan show, held against what was planned."""

import argparse

from latitude.cli.reporting import report_on
from latitude.cli.study.asked import asked_for
from latitude.index.filters import Filter
from latitude.study.planning import plan_to_run
from latitude.study.reporting import planned_of


async def run(options: argparse.Namespace) -> int:
    """Report on the sessions of the plan, whether all of them are done or not."""
    asked = asked_for(options)
    plan, plan_hash = plan_to_run(asked.plan, asked.study)
    which, planned = Filter(plan=plan_hash), planned_of(plan, plan_hash)
    return await report_on(asked.home, which, options, planned)
