using System.Reflection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Shop.Hosting.Health;
using Shop.Operations;

namespace Shop.WebApi.Specs.Hosting;

/// <summary>By an API of a cluster: it is ready while one silo can store orders.</summary>
public sealed class When_silos_are_asked_for_their_health
{
    private const string Full = "the database takes no writes: its disk is full";
    private static readonly Task<string?> Silence = new TaskCompletionSource<string?>().Task;
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task Should_be_ready_when_one_of_them_can_store() =>
        Assert.Equal((HealthStatus.Healthy, null), await Probe(n => n switch
        {
            0 => Task.FromResult<string?>(Full),
            1 => Task.FromException<string?>(new TimeoutException()),
            2 => Silence,
            _ => Task.FromResult<string?>(null),
        }));

    [Fact]
    public async Task Should_say_why_none_can_store() =>
        Assert.Equal((HealthStatus.Unhealthy, Full), await Probe(n => n == 0 ? Task.FromException<string?>(new InvalidOperationException()) : Task.FromResult<string?>(Full)));

    [Fact]
    public async Task Should_say_that_none_answers() =>
        Assert.Equal((HealthStatus.Unhealthy, "no silo answers"), await Probe(_ => Task.FromException<string?>(new InvalidOperationException("/srv/secret"))));

    [Fact]
    public async Task Should_not_wait_for_silos_that_hang()
    {
        var probe = Probe(_ => Silence);
        time.Advance(ClusterAnswers.Limit);
        Assert.Equal((HealthStatus.Unhealthy, "the cluster does not answer in time"), await probe);
    }

    [Fact]
    public async Task Should_rather_tell_what_one_said_than_that_others_hang()
    {
        var probe = Probe(n => n == 0 ? Task.FromResult<string?>(Full) : Silence);
        time.Advance(ClusterAnswers.Limit);
        Assert.Equal((HealthStatus.Unhealthy, Full), await probe);
    }

    [Theory]
    [InlineData(typeof(ArgumentException))]
    [InlineData(typeof(OrleansException))]
    public async Task Should_be_content_with_an_answer_of_silos_that_know_no_such_grain(Type fault) =>
        Assert.Equal((HealthStatus.Healthy, null), await Probe(_ => throw (Exception)Activator.CreateInstance(fault, "No active nodes are compatible with grain type silo-health.")!));

    [Fact]
    public async Task Should_have_started_when_one_answers_whatever_it_says() =>
        Assert.Equal((HealthStatus.Healthy, null), await Probe(n => n == 0 ? Task.FromResult<string?>(Full) : Silence, mustStore: false));

    private async Task<(HealthStatus, string?)> Probe(Func<int, Task<string?>> answer, bool mustStore = true)
    {
        var check = new ClusterAnswers(Factory.Of(n => new Silo(answer(n))), time, mustStore);
        var result = await check.CheckHealthAsync(new HealthCheckContext
        {
            Registration = new HealthCheckRegistration("cluster", check, HealthStatus.Unhealthy, []),
        });
        return (result.Status, result.Description);
    }

    private sealed class Silo(Task<string?> answer) : ISiloHealthGrain
    {
        public Task<string?> FindFault(CancellationToken cancellationToken = default) => answer;
    }

    /// <summary>Finds these grains, a grain for management that answers, and no others.</summary>
    public class Factory : DispatchProxy
    {
        private Func<int, ISiloHealthGrain> find = null!;

        internal static IGrainFactory Of(Func<int, ISiloHealthGrain> find)
        {
            var factory = Create<IGrainFactory, Factory>();
            ((Factory)(object)factory).find = find;
            return factory;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.GetGenericArguments() switch
        {
            [var grain] when grain == typeof(ISiloHealthGrain) => find((int)(long)args![0]!),
            [var grain] when grain == typeof(IManagementGrain) => Create<IManagementGrain, Management>(),
            _ => throw new NotSupportedException(),
        };
    }

    public class Management : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Task.FromResult(new Dictionary<SiloAddress, SiloStatus>());
    }
}
