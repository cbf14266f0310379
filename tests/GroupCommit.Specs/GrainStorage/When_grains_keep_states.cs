namespace GroupCommit.Specs.GrainStorage;

/// <summary>With the grains of an application: what they say to Orleans, not what Orleans says to the storage.</summary>
public abstract class When_grains_keep_states<TDatabase> : OnEachDatabase<TDatabase> where TDatabase : SpecDatabase, new()
{
    [Fact]
    public async Task Should_be_there_after_a_restart()
    {
        await using (var silo = await StorageSilo.Start(Database))
        {
            await silo.Grains.GetGrain<IShelf>("k1").Put("book");
            await silo.Grains.GetGrain<IShelf>("k1").Put("pen");
            await silo.Grains.GetGrain<IDrawer<string>>(7).Put("sock");
            await silo.Grains.GetGrain<IDrawer<int>>(7).Put("glove");
        }

        await using var restarted = await StorageSilo.Start(Database);
        Assert.Equal("book,pen", await restarted.Grains.GetGrain<IShelf>("k1").Look());
        Assert.Equal("sock", await restarted.Grains.GetGrain<IDrawer<string>>(7).Look());
        Assert.Equal("glove", await restarted.Grains.GetGrain<IDrawer<int>>(7).Look());
    }

    [Fact]
    public async Task Should_start_afresh_after_a_clear()
    {
        await using var silo = await StorageSilo.Start(Database);
        var shelf = silo.Grains.GetGrain<IShelf>("k1");
        await shelf.Put("book");

        await shelf.Clear();
        await silo.Deactivate(shelf);
        Assert.Equal("", await shelf.Look());
        await shelf.Put("pen");
        await silo.Deactivate(shelf);

        Assert.Equal("pen", await shelf.Look());
    }

    [Fact]
    public async Task Should_end_an_activation_whose_write_came_too_late()
    {
        await using var silo = await StorageSilo.Start(Database);
        var shelf = silo.Grains.GetGrain<IShelf>("k1");
        await shelf.Put("book");
        var other = new Kept<Cart>(silo.Ours, "k1", "shelf");
        await other.Read();
        await other.Write(new Cart { Text = "somebody else's" });

        await Assert.ThrowsAnyAsync<Exception>(() => shelf.Put("pen"));

        await Eventually.Is(async () => await shelf.Look() == "somebody else's");
    }
}

public sealed class When_grains_keep_states_on_SQLite : When_grains_keep_states<SqliteFile>;

public sealed class When_grains_keep_states_on_PostgreSQL : When_grains_keep_states<SpecSchema>;

[Alias("specs.IShelf")]
public interface IShelf : IGrainWithStringKey
{
    [Alias("Put")] Task Put(string item);

    [Alias("Look")] Task<string> Look();

    [Alias("Clear")] Task Clear();
}

[GrainType("shelf")]
public sealed class ShelfGrain([PersistentState("shelf", "ours")] IPersistentState<Cart> cart) : Grain, IShelf
{
    public Task Put(string item)
    {
        cart.State.Text = cart.State.Text.Length == 0 ? item : $"{cart.State.Text},{item}";
        return cart.WriteStateAsync();
    }

    public Task<string> Look() => Task.FromResult(cart.State.Text);

    public Task Clear() => cart.ClearStateAsync();
}

[Alias("specs.IDrawer`1")]
public interface IDrawer<T> : IGrainWithIntegerKey
{
    [Alias("Put")] Task Put(string item);

    [Alias("Look")] Task<string> Look();
}

/// <summary>In the default storage, under the name of its class.</summary>
[GrainType("drawer`1")]
public sealed class DrawerGrain<T> : Grain<Cart>, IDrawer<T>
{
    public Task Put(string item)
    {
        State.Text = item;
        return WriteStateAsync();
    }

    public Task<string> Look() => Task.FromResult(State.Text);
}
