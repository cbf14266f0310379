using GroupCommit.Specs;
using GroupCommit.Specs.Projections;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The specs themselves, or the process that some of them stop and kill.
return args switch
{
    [WorkerProcess.Verb, var connectionString, .. var keys] => await WorkerProcess.Work(connectionString, keys),
    [ProjectionProcess.Verb, var kind, var place, .. var crash] => await ProjectionProcess.Work(kind, place, crash),
    _ when args.Any(arg => arg is "--server" or "--internal-msbuild-node") =>
        await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await ConsoleRunner.Run(args),
};
