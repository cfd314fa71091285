// A shop of two functions: one is a ProfiledFunction, the other is profiled with the whole app.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/profiled-fn/profiled-fn-go/profiledfn"

	"github.com/aws/constructs-go/constructs/v10"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Shop"), nil)
	store := profiledfn.NewProfileStore(stack, jsii.String("Profiles"), &profiledfn.ProfileStoreProps{
		Prefix:    jsii.String("profiles"),
		Retention: awscdk.Duration_Days(jsii.Number(30)),
	})
	code := awslambda.Code_FromAsset(jsii.String("../functions"), nil)

	profiledfn.NewProfiledFunction(stack, jsii.String("Checkout"), &profiledfn.ProfiledFunctionProps{
		Runtime: awslambda.Runtime_NODEJS_24_X(),
		Handler: jsii.String("checkout.handler"),
		Code:    code,
		ProfilingOptions: &profiledfn.ProfilingOptions{
			Store:            store,
			SnapshotInterval: awscdk.Duration_Minutes(jsii.Number(5)),
			Labels:           &map[string]*string{"team": jsii.String("shop")},
		},
	})
	report(stack, "Report", code)
	legacy := report(stack, "Legacy", code)
	profiledfn.Profiling_Of(app, &profiledfn.ProfilingProps{
		Store:   store,
		Exclude: &[]constructs.IConstruct{legacy},
	})

	app.Synth(nil)
}

func report(stack awscdk.Stack, id string, code awslambda.Code) awslambda.Function {
	return awslambda.NewFunction(stack, jsii.String(id), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_NODEJS_24_X(),
		Handler: jsii.String("report.handler"),
		Code:    code,
	})
}
