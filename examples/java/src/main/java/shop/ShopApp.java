package shop;

import dev.profiledfn.cdk.ProfileStore;
import dev.profiledfn.cdk.ProfiledFunction;
import dev.profiledfn.cdk.Profiling;
import dev.profiledfn.cdk.ProfilingOptions;
import dev.profiledfn.cdk.ProfilingProps;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;

/** A shop of two functions: one is a ProfiledFunction, the other is profiled with the whole app. */
public final class ShopApp {
    private ShopApp() {}

    public static void main(String[] args) {
        App app = new App();
        Stack stack = new Stack(app, "Shop");
        ProfileStore store = ProfileStore.Builder.create(stack, "Profiles")
                .prefix("profiles")
                .retention(Duration.days(30))
                .build();
        Code code = Code.fromAsset("../functions");

        ProfiledFunction.Builder.create(stack, "Checkout")
                .runtime(Runtime.NODEJS_24_X)
                .handler("checkout.handler")
                .code(code)
                .profilingOptions(ProfilingOptions.builder()
                        .store(store)
                        .snapshotInterval(Duration.minutes(5))
                        .labels(Map.of("team", "shop"))
                        .build())
                .build();
        report(stack, "Report", code);
        Function legacy = report(stack, "Legacy", code);
        Profiling.of(app, ProfilingProps.builder().store(store).exclude(List.of(legacy)).build());

        app.synth();
    }

    private static Function report(Stack stack, String id, Code code) {
        return Function.Builder.create(stack, id)
                .runtime(Runtime.NODEJS_24_X)
                .handler("report.handler")
                .code(code)
                .build();
    }
}
