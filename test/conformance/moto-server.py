"""moto's server, with one mistake of its own put right.

A role of a CloudFormation template keeps its inline policies as objects. moto's policy engine expects JSON text, as
PutRolePolicy stores it, and fails.
"""

import json
import sys

from moto.iam.models import Role
from moto.server import main

put_policy = Role.put_policy


def put_policy_as_text(role, name, policy):
    put_policy(role, name, policy if isinstance(policy, str) else json.dumps(policy))


Role.put_policy = put_policy_as_text
sys.exit(main(sys.argv[1:]))
