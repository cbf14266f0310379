namespace Shop.Hosting.Settings;

/// <summary>Settings that are files: so secrets are given to containers, and neither a list of processes nor a description of the container shows them.</summary>
public static class SecretsDirectory
{
    internal const string Key = "Shop:SecretsDirectory";

    /// <summary>After all other sources, so that files count most. One that has the name of a variable, <c>Shop__OpsKey</c>, holds its value; a line end after it is left out.</summary>
    /// <exception cref="ShopSettingsException">The folder is not there, or its files cannot be read.</exception>
    public static void AddSecrets(this ConfigurationManager configuration)
    {
        if (configuration[Key] is not { Length: > 0 } directory)
            return;
        try
        {
            configuration.AddKeyPerFile(Path.GetFullPath(directory), optional: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ShopSettingsException([$"The setting {Key} is '{directory}', but its files cannot be read: {e.Message}"]);
        }
    }
}
