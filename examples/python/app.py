#!/usr/bin/env python3
"""A shop of two functions: one is a ProfiledFunction, the other is profiled with the whole app."""

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from profiled_fn import ProfiledFunction, ProfileStore, Profiling, ProfilingOptions

app = App()
stack = Stack(app, "Shop")
store = ProfileStore(stack, "Profiles", prefix="profiles", retention=Duration.days(30))
code = lambda_.Code.from_asset("../functions")

ProfiledFunction(
    stack,
    "Checkout",
    runtime=lambda_.Runtime.NODEJS_24_X,
    handler="checkout.handler",
    code=code,
    profiling_options=ProfilingOptions(
        store=store,
        snapshot_interval=Duration.minutes(5),
        labels={"team": "shop"},
    ),
)
lambda_.Function(
    stack,
    "Report",
    runtime=lambda_.Runtime.NODEJS_24_X,
    handler="report.handler",
    code=code,
)
legacy = lambda_.Function(
    stack,
    "Legacy",
    runtime=lambda_.Runtime.NODEJS_24_X,
    handler="report.handler",
    code=code,
)
Profiling.of(app, store=store, exclude=[legacy])

app.synth()
