# What the simulator planted against what was found; for sim-trucks, sim-vessels, serve-sim.
import json
import subprocess
import sys


def run(*command, text=None):
    r = subprocess.run(command, input=text, capture_output=True, text=True, errors="surrogateescape")
    if r.returncode != 0:
        sys.exit("%s: exit %d\n%s" % (" ".join(command), r.returncode, r.stderr))
    return r.stdout


def read(path):
    with open(path) as f:
        return [json.loads(line) for line in f]


def answers(plant, alert):
    rule = alert["rule"].rsplit("/", 1)[-1]
    if (rule, alert["target"], alert["zone"]) != (plant["rule"], plant["target"], plant["zone"]):
        return False
    other = plant.get("other") if plant["plant"] == "breach" else alert.get("other")
    return plant["from"] <= alert["open"] <= plant["to"] and other == alert.get("other")


def compare(truth, found):
    """Complaints: a breach that was not found once, a near miss that was found, an alert that nobody planted."""
    bad, left = [], list(found)
    for plant in truth:
        hits = [a for a in left if answers(plant, a)]
        if len(hits) != (plant["plant"] == "breach"):
            bad.append("%s: %d alerts" % (plant, len(hits)))
        for a in hits:
            left.remove(a)
    return bad + ["no truth for %s" % a for a in left]


def planted(truth, kind):
    return sum(p["plant"] == kind for p in truth)
