using System.Globalization;
using ScottPlot;

namespace Shop.Benches.Load.Plots;

/// <summary>Horizontal bars, so that there is room for what each is called, with their totals behind them.</summary>
internal static class BarPlot
{
    private const double GapBetweenGroups = 0.6;
    private const double RoomForTotals = 1.25;
    private const float FontSize = 12;

    /// <summary>In rows.</summary>
    public static double Height(IReadOnlyList<Bar> bars) => bars.Count == 0 ? 0 : 1 - Positions(bars)[^1];

    public static Plot Of(BarPanel panel, bool isNamed, bool hasLegend)
    {
        var plot = new Plot();
        var bars = panel.Bars;
        var positions = Positions(bars);
        for (var n = 0; n < bars.Count; n++)
        {
            Stack(plot, bars[n], positions[n], panel.Parts);
            var total = plot.Add.Text(Figure(bars[n].Total), bars[n].Total, positions[n]);
            total.LabelAlignment = Alignment.MiddleLeft;
            total.LabelFontSize = FontSize;
            total.OffsetX = 4;
        }

        if (hasLegend)
            AddLegend(plot, panel.Parts);
        plot.Axes.Left.SetTicks(positions, [.. bars.Select(bar => isNamed ? bar.Name : "")]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Left.TickLabelStyle.FontSize = FontSize;
        plot.Grid.YAxisStyle.IsVisible = false;
        var longest = Math.Max(panel.Reach, bars.Max(bar => bar.Total));
        plot.Axes.SetLimits(0, longest > 0 ? longest * RoomForTotals : 1, positions[^1] - 0.5, 0.5);
        return plot;
    }

    // The first row is at the top, and rows of another group keep a distance.
    private static double[] Positions(IReadOnlyList<Bar> bars)
    {
        var positions = new double[bars.Count];
        for (var n = 1; n < bars.Count; n++)
            positions[n] = positions[n - 1] - 1 - (bars[n].Group == bars[n - 1].Group ? 0 : GapBetweenGroups);
        return positions;
    }

    private static void Stack(Plot plot, Bar bar, double position, IReadOnlyList<string> parts)
    {
        var numbers = parts.Select((part, n) => (part, n)).ToDictionary(each => each.part, each => each.n);
        var from = 0.0;
        List<ScottPlot.Bar> stack = [];
        foreach (var (part, value) in bar.Parts)
        {
            stack.Add(new ScottPlot.Bar
            {
                Orientation = Orientation.Horizontal,
                Position = position,
                ValueBase = from,
                Value = from + value,
                Size = 0.7,
                FillColor = Color.FromHex(Colours.Of(part, numbers[part])),
                LineWidth = 0,
            });
            from += value;
        }

        plot.Add.Bars(stack);
    }

    private static void AddLegend(Plot plot, IReadOnlyList<string> parts)
    {
        for (var n = 0; n < parts.Count; n++)
        {
            plot.Legend.ManualItems.Add(new LegendItem
            {
                LabelText = parts[n], LabelFontSize = FontSize - 1, FillColor = Color.FromHex(Colours.Of(parts[n], n)),
            });
        }

        var panel = plot.ShowLegend(Edge.Right);
        panel.Legend.OutlineWidth = 0;
        panel.Legend.ShadowColor = Colors.Transparent;
    }

    private static string Figure(double value) =>
        value.ToString(value >= 100 ? "N0" : value >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);
}
