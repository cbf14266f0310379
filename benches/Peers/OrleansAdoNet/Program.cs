using Npgsql;
using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Shop.Benches.Peers.Contract;
using Shop.Benches.Peers.OrleansAdoNet;

var builder = WebApplication.CreateBuilder(args);
var postgres = builder.Configuration.GetConnectionString("Postgres")!;
await GroupCommitSchema.Apply(postgres, GroupCommitSchemaParts.AdoNetGrainStorage);
var database = NpgsqlDataSource.Create(postgres);
await database.Run(SimulatedGateway.Schema);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services
    .AddSingleton(database).AddSingleton<SimulatedGateway>().AddSingleton<Outcomes>().AddSingleton<IShop, GrainShop>()
    .AddSingleton(await Events.Connect(new Uri(builder.Configuration.GetConnectionString("RabbitMq")!)));
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(builder.Configuration.GetValue<int>("Orleans:SiloPort"), builder.Configuration.GetValue<int>("Orleans:GatewayPort"))
    .Configure<ClusterOptions>(options => options.ServiceId = "shop")
    .AddAdoNetGrainStorageAsDefault(options => (options.Invariant, options.ConnectionString) = ("Npgsql", postgres)));
var app = builder.Build();
app.MapShop();
await app.RunAsync();
