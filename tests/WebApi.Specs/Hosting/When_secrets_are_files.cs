using Microsoft.AspNetCore.Builder;
using Shop.Hosting.Settings;

namespace Shop.WebApi.Specs.Hosting;

public sealed class When_secrets_are_files : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("shop-secrets-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Should_read_each_as_the_setting_that_it_is_named_after_without_the_end_of_its_line()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "Shop__OpsKey"), "a-key-of-a-merchant\n");
        File.WriteAllText(Path.Combine(folder.FullName, "ConnectionStrings__RabbitMq"), "amqp://shop:secret@broker/");

        var settings = ShopSettings.Read(Builder(folder.FullName, "--Shop:OpsKey=the-one-of-the-command-line").Configuration);

        Assert.Equal(("a-key-of-a-merchant", "amqp://shop:secret@broker/"), (settings.OpsKey, settings.RabbitMq));
    }

    [Fact]
    public void Should_refuse_names_of_settings_that_there_are_not()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "Shop__OpKey"), "a-key-of-a-merchant");

        var fault = Assert.Throws<ShopSettingsException>(() => ShopSettings.Read(Builder(folder.FullName).Configuration));

        Assert.StartsWith("There is no setting Shop:OpKey.", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_in_one_line_that_the_folder_is_not_there()
    {
        var fault = Assert.Throws<ShopSettingsException>(() => Builder(Path.Combine(folder.FullName, "elsewhere")));

        Assert.StartsWith("The setting Shop:SecretsDirectory is '", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    private WebApplicationBuilder Builder(string directory, params string[] arguments)
    {
        var builder = WebApplication.CreateBuilder([$"--Shop:SecretsDirectory={directory}", $"--Shop:DataDirectory={folder.CreateSubdirectory("data").FullName}", .. arguments]);
        builder.Configuration.AddSecrets();
        return builder;
    }
}
