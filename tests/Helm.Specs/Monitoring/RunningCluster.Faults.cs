using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Helm.Specs.Rendering;
using Npgsql;

namespace Helm.Specs.Monitoring;

/// <summary>What goes wrong on purpose.</summary>
internal sealed partial class RunningCluster
{
    /// <summary>Orders at the same time, whatever becomes of them.</summary>
    public Task Try(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(async _ => (await Send(HttpMethod.Post, "/v1/orders", OrderOf(Product, "tok_ok"))).Dispose()));

    /// <summary>An event that no version of the shop has written, among those that a silo has yet to publish: whoever takes over from that silo finds it.</summary>
    public Task LeaveUnreadableEvent(int ofSilo) => Execute($"""
        INSERT INTO groupcommit_outbox (id, service_id, provider, namespace, key, payload, written_at)
        SELECT (id << 40) + 900000000000, service_id, 'events', 'orders', 'nonsense', '\x00ff', 1000 * extract(epoch FROM now())
        FROM groupcommit_owners WHERE silo LIKE '127.0.0.1:{Read($"silo-{ofSilo}", "ports").Split('\n')[1]}@%' ORDER BY id DESC LIMIT 1
        """);

    /// <summary>The stock that an active grain has in memory is written by somebody else, as by a second activation of it.</summary>
    public Task WriteBehindItsBack() => Execute($"UPDATE orleansstorage SET version = version + 1 WHERE graintypestring = 'stock' AND grainidextensionstring = 'p:{Product}'");

    /// <summary>A message that is none of the shop's in one of its queues.</summary>
    public async Task PublishNonsense()
    {
        const string message = """{"properties":{},"routing_key":"shop.events.0","payload":"nonsense","payload_encoding":"string"}""";
        Assert.Equal("true", (await Management(HttpMethod.Post, "exchanges/%2F/amq.default/publish", message))!["routed"]!.ToString());
    }

    /// <summary>An order that nobody has placed, as a stranger would announce it.</summary>
    public async Task PublishForgery()
    {
        var message = new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["message_id"] = "order/o:6a0e7c5e-2a5c-5a2e-9d0c-3b1f6f0a9c11/1",
                ["content_type"] = "application/cloudevents+json",
                ["type"] = "shop.order-placed.v1",
                ["headers"] = new JsonObject { ["orleans-stream-namespace"] = "orders", ["orleans-stream-key"] = "partition-03" },
            },
            ["routing_key"] = "orders.shop.order-placed.v1.0",
            ["payload"] = File.ReadAllText(Repository.At("tests", "WebApi.Specs", "Events", "Recorded", "shop.order-placed.v1.json")),
            ["payload_encoding"] = "string",
        };
        Assert.Equal("true", (await Management(HttpMethod.Post, "exchanges/%2F/shop.events/publish", message.ToJsonString()))!["routed"]!.ToString());
    }

    /// <summary>All connections to the broker end, as when a network fails.</summary>
    public async Task BreakConnections()
    {
        foreach (var connection in (await Management(HttpMethod.Get, "connections"))!.AsArray())
            await Management(HttpMethod.Delete, $"connections/{Uri.EscapeDataString(connection!["name"]!.ToString())}");
    }

    /// <summary>An alarm of the broker's memory begins, or ends.</summary>
    public async Task BrokerTakes(bool nothing) => (await KubernetesTool.Start(
        Repository.At("scripts", "rabbitmq"),
        ["eval", Path.Combine(folder, "rabbitmq"), $"vm_memory_monitor:set_vm_memory_high_watermark({(nothing ? "{absolute, 1000}" : "0.6")})"],
        input: null)).Expect();

    private async Task Execute(string statement)
    {
        await using var database = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={Read("postgres", "port")};Username=postgres;Database=postgres");
        await using var command = database.CreateCommand(statement);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    // Its port is the third one of the server's.
    private async Task<JsonNode?> Management(HttpMethod method, string path, string? json = null)
    {
        var port = int.Parse(Read("rabbitmq", "port"), CultureInfo.InvariantCulture) + 2;
        using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{port}/api/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("guest:guest")));
        if (json is not null)
            request.Content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        using var answer = await http.SendAsync(request);
        // A connection that has just ended by itself is not there any more.
        return method == HttpMethod.Delete ? null : await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>();
    }
}
