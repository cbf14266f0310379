using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Orleans.Persistence.GroupCommit;

/// <summary>Turns constructor parameters marked with <see cref="DurableAttribute"/> into facets; asked once for each grain class.</summary>
internal sealed class DurableAttributeMapper(IServiceProvider services) : IAttributeToFactoryMapper<DurableAttribute>
{
    public Factory<IGrainContext, object> GetFactory(ParameterInfo parameter, DurableAttribute metadata)
    {
        var type = parameter.ParameterType;
        var kind = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        var maker = (kind, metadata.Map) switch
        {
            ({ } k, null) when k == typeof(IDurable<>) => typeof(StateMaker<>),
            ({ } k, { Length: > 0 }) when k == typeof(IDurableMap<>) && !metadata.LoadOnDemand => typeof(MapMaker<>),
            _ => throw new ArgumentException(
                $"The parameter '{parameter.Name}' of {parameter.Member.DeclaringType} is marked [Durable], but is neither an IDurable<TState> "
                + "([Durable]) nor an IDurableMap<TValue> ([Durable(\"name\")], which is loaded with the state)."),
        };
        return ((Maker)ActivatorUtilities.CreateInstance(services, maker.MakeGenericType(type.GetGenericArguments()))).For(metadata);
    }

    private abstract class Maker
    {
        public abstract Factory<IGrainContext, object> For(DurableAttribute metadata);

        protected static GrainUnit UnitOf(IGrainContext context)
        {
            var unit = context.ActivationServices.GetRequiredService<GrainUnit>();
            unit.Attach(context);
            return unit;
        }
    }

    private sealed class StateMaker<TState>(Serializer<TState> serializer) : Maker where TState : class
    {
        public override Factory<IGrainContext, object> For(DurableAttribute metadata) => context =>
        {
            var unit = UnitOf(context);
            var state = new Durable<TState>(unit, serializer);
            unit.Add(state, metadata.LoadOnDemand);
            return state;
        };
    }

    private sealed class MapMaker<TValue>(Serializer<TValue> serializer) : Maker where TValue : class
    {
        public override Factory<IGrainContext, object> For(DurableAttribute metadata) => context =>
        {
            var unit = UnitOf(context);
            var entries = new DurableMap<TValue>(unit, metadata.Map!, serializer);
            unit.Add(entries);
            return entries;
        };
    }
}
