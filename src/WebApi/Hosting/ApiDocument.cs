using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Shop.Hosting.Network;
using Shop.WebApi.Conventions;
using Shop.WebApi.Operations;
using Shop.WebApi.Orders;

namespace Shop.WebApi.Hosting;

/// <summary>GET /openapi/v1.json: the contract, written from the route tables so that it cannot drift from them.</summary>
internal static class ApiDocument
{
    private const string Bearer = "opsKey";
    private const string Basic = "opsKeyAsPassword";

    public static void Configure(OpenApiOptions options)
    {
        // The dashboard's own calls are no part of the contract.
        options.ShouldInclude = route => route.RelativePath?.Split('/')[0] is "v1" or "health";
        options
            .AddDocumentTransformer(DescribeShop)
            .AddOperationTransformer(DescribeOperation)
            .AddSchemaTransformer(DescribeSchema);
    }

    private static Task DescribeShop(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Orleans.Shop",
            Version = "v1",
            Description = """
                Orders, stock and payments that must never be wrong. JSON in camelCase, UTC times (RFC 3339), money in minor units.
                Errors are RFC 9457 problems with a `code`; `retryable` says whether the same request may succeed later.
                Every answer carries `X-Correlation-Id` (yours, when you send one of 1 to 128 visible ASCII characters) and `traceparent`.
                Bodies are limited to 64 KiB.
                """,
        };
        const string Needed = "The key of Shop:OpsKey, of a shop that has one and always in a cluster";
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = $"{Needed}." },
            [Basic] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "basic", Description = $"{Needed}, as the password; with any name." },
        };
        // The address it is read from is the address to call.
        document.Servers = [];
        return Task.CompletedTask;
    }

    private static async Task DescribeOperation(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        foreach (var fact in context.Description.ActionDescriptor.EndpointMetadata)
        {
            switch (fact)
            {
                case RequestHeader header:
                    (operation.Parameters ??= []).Add(ParameterFor(header));
                    break;

                case RequestBodySchema body:
                    operation.RequestBody = new OpenApiRequestBody
                    {
                        Required = body.Required,
                        Content = new Dictionary<string, OpenApiMediaType>
                        {
                            ["application/json"] = new() { Schema = await NamedSchema(body.Type, context, cancellation) },
                        },
                    };
                    break;

                case NeedsOpsKey needed:
                    // Any one of them will do; an empty one says: or none.
                    operation.Security = [.. needed.Always ? [] : (OpenApiSecurityRequirement[])[[]], KeyAs(Bearer, context.Document!), KeyAs(Basic, context.Document!)];
                    break;

                case AnswerHeaders answer
                    when operation.Responses?.GetValueOrDefault(answer.Status.ToString(CultureInfo.InvariantCulture)) is OpenApiResponse response:
                    foreach (var header in answer.Headers)
                    {
                        (response.Headers ??= new Dictionary<string, IOpenApiHeader>())[header.Name] =
                            new OpenApiHeader { Description = header.Description, Schema = Text() };
                    }

                    break;
            }
        }

        DescribeQuery(operation);
        if (operation.Responses?.GetValueOrDefault("503") is OpenApiResponse unavailable && unavailable.Content?.ContainsKey(Problem.ContentType) == true)
        {
            (unavailable.Headers ??= new Dictionary<string, IOpenApiHeader>())["Retry-After"] =
                new OpenApiHeader { Description = "Seconds.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } };
        }
    }

    private static OpenApiSecurityRequirement KeyAs(string scheme, OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };

    private static async Task<OpenApiSchemaReference> NamedSchema(
        Type type, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        context.Document!.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, null, cancellation));
        return new OpenApiSchemaReference(type.Name, context.Document);
    }

    private static OpenApiParameter ParameterFor(RequestHeader header) => new()
    {
        Name = header.Name,
        In = ParameterLocation.Header,
        Required = header.Required,
        Description = header.Description,
        Schema = Text(),
    };

    /// <summary>Handlers take query values as text, to answer a bad one with a problem of ours; clients should know them as numbers.</summary>
    private static void DescribeQuery(OpenApiOperation operation)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            (parameter.Description, parameter.Schema) = (parameter.In, parameter.Name) switch
            {
                (ParameterLocation.Query, "limit") => ("How many, 50 when left out.", Number("1", "200")),
                (ParameterLocation.Query, "after") => ("Only events with a greater sequence.", Number("0", null)),
                (ParameterLocation.Query, "cursor") => ("The next of an earlier page.", Text()),
                (ParameterLocation.Query, "state") => ("Only orders of this status.", OneOf(SagaQueries.States)),
                (ParameterLocation.Query, "stuck") => ("true: only those that do not get on by themselves; false: only the others.", new OpenApiSchema { Type = JsonSchemaType.Boolean }),
                (ParameterLocation.Query, "atRest") => ("true: nothing is under way, so that every event must have arrived; false, or left out: the newest may still be on their way.", new OpenApiSchema { Type = JsonSchemaType.Boolean }),
                (ParameterLocation.Query, "q") => ("Part of an id or a name, in any case.", Text()),
                (ParameterLocation.Path, "id") => ("The order's id.", new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" }),
                (ParameterLocation.Path, "productId") => ("The product's id.", new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[a-z0-9][a-z0-9_.-]{0,63}$" }),
                _ => (parameter.Description, parameter.Schema),
            };
        }
    }

    private static Task DescribeSchema(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        if (context.JsonTypeInfo.Type.IsEnum)
        {
            schema.Type = JsonSchemaType.String;
        }

        if (context.JsonTypeInfo.Type == typeof(PlaceOrderBody))
        {
            schema.Examples =
            [
                JsonNode.Parse(
                    """{ "customerId": "c-42", "currency": "EUR", "items": [{ "productId": "espresso-beans", "quantity": 2 }], "payment": { "method": "tok_ok" } }""")!,
            ];
        }

        return Task.CompletedTask;
    }

    private static OpenApiSchema OneOf(IEnumerable<string> words) =>
        new() { Type = JsonSchemaType.String, Enum = [.. words.Select(word => JsonValue.Create(word))] };

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private static OpenApiSchema Number(string minimum, string? maximum) =>
        new() { Type = JsonSchemaType.Integer, Format = "int64", Minimum = minimum, Maximum = maximum };
}
