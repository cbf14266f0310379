using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Metadata;
using Shop.Hosting.Silos;
using Shop.Orders;

namespace Shop.WebApi.Specs.Hosting;

public sealed class When_a_grain_is_referred_to
{
    [Fact]
    public async Task Should_know_the_type_of_its_interface_before_Orleans_reads_its_attributes_anew()
    {
        var builder = WebApplication.CreateBuilder();
        InterfaceTypes.AddTo(builder.Services);
        builder.Host.UseOrleansClient(client => client.UseLocalhostClustering());
        await using var client = builder.Build();
        var first = client.Services.GetServices<IGrainInterfaceTypeProvider>().First();
        var resolver = client.Services.GetRequiredService<GrainInterfaceTypeResolver>();

        Assert.IsType<InterfaceTypes>(first);
        Assert.All(typeof(IOrderGrain).Assembly.GetTypes().Where(type => type.GetCustomAttribute<GrainInterfaceTypeAttribute>() is not null), type =>
        {
            Assert.True(first.TryGetGrainInterfaceType(type, out var known));
            Assert.Equal(type.GetCustomAttribute<GrainInterfaceTypeAttribute>()!.GetGrainInterfaceType(client.Services, type), known);
            Assert.Equal(known, resolver.GetGrainInterfaceType(type));
        });
        Assert.False(first.TryGetGrainInterfaceType(typeof(IManagementGrain), out _));
    }
}
