namespace Shop.Benches.Load.Plots;

/// <summary>
/// The same process has the same colour in all pictures. Those of processes are told apart by the colour-blind, too (Okabe and Ito).
/// </summary>
internal static class Colours
{
    public const string Plain = "#5B7083";

    private static readonly string[] Others = ["#CC79A7", "#F0E442", "#56B4E9", "#999999", "#7A5195", "#B8C480"];

    /// <param name="part">What is coloured; empty: it is the only one.</param>
    /// <param name="number">Which of the parts, for those that have no colour of their own.</param>
    public static string Of(string part, int number) => part switch
    {
        "" => Plain,
        "silo-1" or "shop" or "application" => "#0072B2",
        "silo-2" => "#4A9BCB",
        "silo-3" => "#8DC1E0",
        "api" => "#D55E00",
        "postgres" => "#009E73",
        "rabbitmq" => "#E69F00",
        _ => Others[number % Others.Length],
    };
}
