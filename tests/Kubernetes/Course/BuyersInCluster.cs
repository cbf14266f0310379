using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Kubernetes.Cluster;
using Shop.Benches.Load.Machine;
using Shop.Benches.Load.Shopping;

namespace Kubernetes.Course;

/// <summary>
/// The buyers: a pod like any other client's, which goes through the Service. They are told what happens by a port-forward to their own pod, to which nothing
/// happens; so no request of theirs fails for a reason of these specs.
/// </summary>
internal sealed class BuyersInCluster : IAsyncDisposable
{
    private const string Pod = "buyers";
    private const int Port = 8090;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan SteadyLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan ReckonLimit = TimeSpan.FromMinutes(12);

    private readonly ShopInCluster shop;
    private readonly CancellationToken cancel;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private Process? forward;
    private int local;
    private bool isReckoned;

    private BuyersInCluster(ShopInCluster shop, CancellationToken cancel) => (this.shop, this.cancel) = (shop, cancel);

    /// <summary>Orders are under way when it returns.</summary>
    public static async Task<BuyersInCluster> Send(ShopInCluster shop, CancellationToken cancel)
    {
        var buyers = new BuyersInCluster(shop, cancel);
        var (secret, key) = await shop.OpsKey();
        string[] words =
        [
            "course", "--url", ShopInCluster.Api, "--key-file", "/key/opsKey", "--port", Text(Port), "--buyers", Text(KubernetesSettings.Buyers),
            "--seed", Text(DateTime.UtcNow.DayOfYear),
        ];
        await shop.Kubectl.Apply(Pods.Load(Pod, shop.Nodes.Kept, words, secret, key));
        var (phase, said) = ("", "");
        await Wait.Until(
            async () =>
            {
                phase = await shop.Kubectl.Run("get", "pod", Pod, "-o", "jsonpath={.status.phase}");
                said = phase == "Pending" ? "" : await shop.Kubectl.Run("logs", Pod);
                Assert.True(phase is "Pending" or "Running", $"The buyers ended at once ({phase}):\n{said}");
                return said.Contains("orders are under way", StringComparison.Ordinal);
            },
            StartLimit, () => $"The buyers did not start within {StartLimit} ({phase}):\n{said}", cancel);
        return buyers;
    }

    /// <summary>Lets it happen, and waits until orders flow as before and nobody waits any more because of it.</summary>
    /// <param name="happens">Gets what to call when it has struck, if it strikes at one moment.</param>
    public async Task During(string step, Func<Func<Task>, Task> happens)
    {
        await Tell<CourseState>(HttpMethod.Post, $"begin?step={Uri.EscapeDataString(step)}");
        await happens(() => Tell<CourseState>(HttpMethod.Post, "struck"));
        await Tell<CourseState>(HttpMethod.Post, "repaired");
        CourseState? state = null;
        await Wait.Until(
            async () =>
            {
                state = await Tell<CourseState>(HttpMethod.Get, "look");
                Assert.True(state?.Broken is null, $"{step}: a buyer was let down: {state?.Broken}");
                return state is { IsSteady: true };
            },
            SteadyLimit, () => $"orders do not flow {SteadyLimit} after: {step}; {state}", cancel);
    }

    public async Task<Reckoning> Reckon()
    {
        Reckoning? result = null;
        await Wait.Until(
            async () => (result = await Tell<Reckoning>(HttpMethod.Post, "reckon")) is not null,
            ReckonLimit, () => $"The books were not compared within {ReckonLimit}.", cancel);
        isReckoned = true;
        return result!;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        Hang();
        if (!KubernetesSettings.IsKept || isReckoned)
            await new Kubectl(shop.Kubectl.Namespace, CancellationToken.None).Run("delete", "pod", Pod, "--ignore-not-found");
    }

    /// <summary>Whatever is told may be told again: a forward that broke says nothing about the buyers.</summary>
    private async Task<T?> Tell<T>(HttpMethod method, string what)
    {
        T? answer = default;
        string? last = null;
        await Wait.Until(
            async () =>
            {
                try
                {
                    if (forward is null or { HasExited: true })
                        Connect();
                    using var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{local}/{what}"));
                    using var response = await http.SendAsync(request, cancel);
                    answer = await response.Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web, cancel);
                    return response.StatusCode == HttpStatusCode.OK;
                }
                catch (Exception broken) when (broken is HttpRequestException or IOException || (broken is TaskCanceledException && !cancel.IsCancellationRequested))
                {
                    last = broken.Message;
                    return false;
                }
            },
            StartLimit, () => $"The pod of the buyers cannot be told {what} within {StartLimit}: {last}", cancel);
        return answer;
    }

    private void Connect()
    {
        Hang();
        local = FreePorts.Take(1).First();
        forward = Kubectl.Forward(shop.Kubectl.Namespace, Pod, local, Port);
        // Nobody reads what it says, and it must not wait for that.
        forward.OutputDataReceived += static (_, _) => { };
        forward.ErrorDataReceived += static (_, _) => { };
        forward.BeginOutputReadLine();
        forward.BeginErrorReadLine();
    }

    private void Hang()
    {
        if (forward is { HasExited: false })
            forward.Kill();
        forward?.Dispose();
        forward = null;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
