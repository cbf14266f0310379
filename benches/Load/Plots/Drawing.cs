using System.Diagnostics;
using ScottPlot;
using SkiaSharp;

namespace Shop.Benches.Load.Plots;

/// <summary>
/// Draws panels with ScottPlot. As PNG, not SVG: in an SVG the letters stand where this machine's font would have them, and another's
/// font is drawn there.
/// </summary>
internal static class Drawing
{
    private const float Scale = 1.5f;
    private const int PanelWidth = 310;
    private const int RowHeight = 24;
    private const int LeastHeight = 120;
    private const int LetterWidth = 7;
    private const int Margin = 16;
    private const int TitleHeight = 36;
    private const int AxisHeight = 34;
    private const int NumbersWidth = 54;
    private const int SymbolWidth = 60;

    private static readonly string[] PreferredFonts = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Arial"];

    /// <exception cref="InvalidOperationException">This machine has no font.</exception>
    public static byte[] Png(IReadOnlyList<Panel> panels)
    {
        Fonts.Default = Font();
        var rows = panels.OfType<BarPanel>().Select(panel => BarPlot.Height(panel.Bars)).DefaultIfEmpty(0).Max();
        var height = TitleHeight + AxisHeight + Math.Max(LeastHeight, (int)(rows * RowHeight));
        var edges = panels
            .Select((panel, n) => (Left: LeftOf(panel, isFirst: n == 0), Right: RightOf(panel, HasLegend(panels, n)))).ToList();
        var width = edges.Sum(each => each.Left + PanelWidth + each.Right);

        using var surface = SKSurface.Create(new SKImageInfo((int)(width * Scale), (int)(height * Scale)));
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(Scale);
        var at = 0;
        for (var n = 0; n < panels.Count; n++)
        {
            var (left, right) = edges[n];
            var end = at + left + PanelWidth + right;
            using var plot = PlotOf(panels[n], isFirst: n == 0, HasLegend(panels, n));
            plot.Layout.Fixed(new PixelPadding(left, right, AxisHeight, TitleHeight));
            surface.Canvas.Save();
            surface.Canvas.ClipRect(new SKRect(at, 0, end, height));
            plot.Render(surface.Canvas, new PixelRect(at, end, height, 0));
            surface.Canvas.Restore();
            at = end;
        }

        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static int LeftOf(Panel panel, bool isFirst) => panel switch
    {
        BarPanel bars when isFirst => Margin + (LetterWidth * bars.Bars.Max(bar => bar.Name.Length)),
        BarPanel => Margin,
        CoursePanel => NumbersWidth,
        _ => throw new UnreachableException(),
    };

    private static int RightOf(Panel panel, bool hasLegend) =>
        hasLegend && panel is BarPanel bars ? Margin + SymbolWidth + (LetterWidth * bars.Parts.Max(part => part.Length)) : Margin;

    // What one panel has explained needs no other to explain it.
    private static bool HasLegend(IReadOnlyList<Panel> panels, int number) =>
        panels[number] is BarPanel { Parts.Count: > 1 } bars
        && !panels.Take(number).OfType<BarPanel>().Any(earlier => bars.Parts.All(earlier.Parts.Contains));

    private static Plot PlotOf(Panel panel, bool isFirst, bool hasLegend)
    {
        var plot = panel switch
        {
            BarPanel bars => BarPlot.Of(bars, isFirst, hasLegend),
            CoursePanel course => Course(course.EachSecond),
            _ => throw new UnreachableException(),
        };
        plot.Title(panel.Title, 13);
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        return plot;
    }

    private static Plot Course(IReadOnlyList<int> eachSecond)
    {
        var plot = new Plot();
        var line = plot.Add.ScatterLine(eachSecond.Select((orders, n) => new Coordinates(n + 1, orders)).ToArray());
        line.LineWidth = 2;
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        line.LineColor = Color.FromHex(Colours.Plain);
        // From zero: a wave that fills the picture looks like a storm.
        plot.Axes.SetLimits(1, Math.Max(2, eachSecond.Count), 0, 1.1 * Math.Max(1, eachSecond.DefaultIfEmpty(0).Max()));
        return plot;
    }

    // Skia brings no font. Where it finds none it has a family without a name all the same, whose letters are empty.
    private static string Font() =>
        PreferredFonts.Concat(SKFontManager.Default.FontFamilies).FirstOrDefault(HasLetters)
            ?? throw new InvalidOperationException("this machine has no font; install one, such as Debian's fonts-dejavu-core");

    private static bool HasLetters(string family)
    {
        using var typeface = SKTypeface.FromFamilyName(family);
        return typeface.FamilyName == family && typeface.ContainsGlyph('0') && typeface.ContainsGlyph('a');
    }
}
