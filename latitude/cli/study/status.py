"""``latitude study status``: how far a plan was carried out, from the journals."""

import argparse

from latitude.cli.output import print_json, say
from latitude.cli.study.asked import asked_for
from latitude.cli.study.words import dollars, flow_row, print_flow
from latitude.core.text import counted
from latitude.study.flow import Flow, flow_of
from latitude.study.plan import Plan
from latitude.study.planning import plan_to_run
from latitude.study.reporting import strayed


def run(options: argparse.Namespace) -> int:
    """Print the flow table. Nothing is asked of any provider."""
    asked = asked_for(options)
    plan, plan_hash = plan_to_run(asked.plan, asked.study)
    flow = flow_of(asked.home.sessions, plan, plan_hash)
    if options.json:
        for label, one in flow.arms.items():
            print_json(flow_row(label, one))
        print_json(total_row(plan, plan_hash, flow))
        return 0
    print_flow(flow)
    say(spent_so_far(flow))
    for sentence in strayed(asked.home.prompts, asked.home.sessions, plan.study):
        say(f"! {sentence}")
    if plan.file_sha256 != asked.study.sha256:
        say("The study file was changed since: `latitude study run` refuses it as it is.")
    if any(one.interrupted for one in flow.arms.values()) and flow.total.left:
        say("Cells whose session was interrupted are run again.")
    print(f"plan  {plan_hash}")
    return 0


def total_row(plan: Plan, plan_hash: str, flow: Flow) -> dict[str, object]:
    """The last line of the flow table, for JSON."""
    return {
        **flow_row(None, flow.total),
        "study": plan.study,
        "plan": plan_hash,
        "sessions": flow.sessions,
        "cost": flow.spent,
        "unpriced": flow.unpriced.total(),
    }


def spent_so_far(flow: Flow) -> str:
    """What the sessions cost, in a sentence."""
    unpriced = flow.unpriced.total()
    unknown = f", and {counted(unpriced, 'session')} whose cost is not known" if unpriced else ""
    return f"{counted(flow.sessions, 'session')} so far, {dollars(flow.spent)}{unknown}."
