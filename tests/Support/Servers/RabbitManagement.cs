using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Testing.Servers;

/// <summary>
/// The HTTP API of a broker's management, as far as specs ask it. Its counts are up to a second old (and more at a broker that is not ours):
/// wait for them. Thread-safe.
/// </summary>
/// <param name="address">Without <c>/api</c>.</param>
/// <param name="credentials">An address with a user and a password.</param>
/// <param name="virtualHost">The one asked about.</param>
public sealed class RabbitManagement(string address, string credentials, string virtualHost) : IDisposable
{
    private readonly HttpClient _http = new()
    {
        BaseAddress = new Uri($"{address.TrimEnd('/')}/api/"),
        // A new virtual host is answered when it runs on all nodes of a cluster; the broker itself waits for that up to 45 s.
        Timeout = TimeSpan.FromSeconds(60),
        DefaultRequestHeaders = { Authorization = Basic(credentials) },
    };

    private readonly string _host = Uri.EscapeDataString(virtualHost);

    /// <summary>Null when there is none.</summary>
    public async Task<RabbitQueue?> Queue(string name) =>
        (await Queues()).FirstOrDefault(queue => queue.Name == name);

    public async Task<IReadOnlyList<RabbitQueue>> Queues() => [.. (await _http.GetFromJsonAsync<JsonElement[]>($"queues/{_host}"))!.Select(RabbitQueue.From)];

    /// <summary>The names of those that were declared; the broker's own ones are left out.</summary>
    public async Task<IReadOnlyList<string>> Exchanges() =>
        [.. (await List($"exchanges/{_host}")).Select(each => Text(each, "name")).Where(name => name.Length > 0 && !name.StartsWith("amq.", StringComparison.Ordinal))];

    /// <summary>Without those that each queue has by its name.</summary>
    public async Task<IReadOnlyList<RabbitBinding>> Bindings() =>
        [.. (await List($"bindings/{_host}")).Where(each => Text(each, "source").Length > 0)
            .Select(each => new RabbitBinding(Text(each, "source"), Text(each, "routing_key"), Text(each, "destination")))];

    /// <summary>The nodes of its cluster that run, as this one knows.</summary>
    public async Task<int> RunningNodes() => (await List("nodes")).Count(node => (bool)node!["running"]!);

    /// <summary>The broker's version, as "3.10.8".</summary>
    public async Task<string> Version() => Text(await _http.GetFromJsonAsync<JsonNode>("overview"), "rabbitmq_version");

    public async Task<int> Connections() => (await List($"vhosts/{_host}/connections")).Count;

    public async Task<int> Channels() => (await List($"vhosts/{_host}/channels")).Count;

    /// <summary>The broker's parameters of one component (shovels, federation), as JSON.</summary>
    public async Task<IReadOnlyList<string>> Parameters(string component) =>
        [.. (await List($"parameters/{Uri.EscapeDataString(component)}/{_host}")).Select(each => each!.ToJsonString())];

    /// <summary>With all its messages, whoever consumes them.</summary>
    public Task DeleteQueue(string name) => Send(HttpMethod.Delete, $"queues/{_host}/{Uri.EscapeDataString(name)}");

    public Task DeleteExchange(string name) => Send(HttpMethod.Delete, $"exchanges/{_host}/{Uri.EscapeDataString(name)}");

    /// <summary>Ends all connections to the virtual host, as an operator does.</summary>
    public async Task CloseConnections(string reason)
    {
        foreach (var connection in await List($"vhosts/{_host}/connections"))
        {
            try
            {
                await Send(HttpMethod.Delete, $"connections/{Uri.EscapeDataString(Text(connection, "name"))}", reason: reason);
            }
            catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.NotFound)
            {
                // It has ended since: the management learns of that some seconds later.
            }
        }
    }

    /// <summary>Makes a user without tags, or gives him another password.</summary>
    public Task PutUser(string name, string password) => Send(HttpMethod.Put, $"users/{Uri.EscapeDataString(name)}", new { password, tags = "" });

    public Task DeleteUser(string name) => Send(HttpMethod.Delete, $"users/{Uri.EscapeDataString(name)}");

    /// <summary>What the user may do in this virtual host: patterns of the names that he may declare, write to and read from.</summary>
    public Task SetPermissions(string user, string configure, string write, string read) =>
        Send(HttpMethod.Put, $"permissions/{_host}/{Uri.EscapeDataString(user)}", new { configure, write, read });

    public void Dispose() => _http.Dispose();

    internal async Task CreateVirtualHost()
    {
        await Send(HttpMethod.Put, $"vhosts/{_host}", new { });
        await SetPermissions(new Uri(credentials).UserInfo.Split(':')[0], ".*", ".*", ".*");
    }

    internal Task DeleteVirtualHost() => Send(HttpMethod.Delete, $"vhosts/{_host}");

    private static AuthenticationHeaderValue Basic(string address) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(new Uri(address).UserInfo))));

    private static string Text(JsonNode? node, string name) => node?[name]?.ToString() ?? "";

    private async Task<JsonArray> List(string path) => (await _http.GetFromJsonAsync<JsonArray>(path))!;

    private async Task Send(HttpMethod method, string path, object? body = null, string? reason = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        if (reason is not null)
            request.Headers.Add("X-Reason", reason);

        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }
}

/// <summary>A way from an exchange to a queue, or to another exchange.</summary>
public sealed record RabbitBinding(string Source, string RoutingKey, string Destination);
