"""h2spec's JUnit report as a line a case: `python3 h2spec-cases.py REPORT`."""

import sys
import xml.etree.ElementTree

for case in xml.etree.ElementTree.parse(sys.argv[1]).iter("testcase"):
    name = f"{case.get('package')} {case.get('classname')}"
    faults = [fault for fault in case if fault.tag in ("failure", "error", "skipped")]
    if faults:
        why = " ".join(f"{fault.tag} {fault.text or ''}" for fault in faults)
        print(f"FAIL {name}: {' '.join(why.split())}")
    else:
        print(f"PASS {name}")
