using System.Text;

namespace Datacurve.Cli.Reviewing;

/// <summary>
/// Shows a review on the terminal's other screen, and gives the terminal back as it was.
/// </summary>
internal sealed class ReviewTerminal(ReviewScreen screen, TimeProvider time)
{
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?25h\e[?1049l";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    /// <param name="drop">Drops an event, shows what is left, says what came of it.</param>
    /// <param name="ct">Ends the view.</param>
    public async Task RunAsync(Func<ReviewedEvent, Task> drop, CancellationToken ct)
    {
        Console.Out.Write(Enter);
        try
        {
            (int, int) drawn = default;
            while (true)
            {
                var size = (Console.WindowWidth, Console.WindowHeight);
                if (drawn != size)
                    Draw(size);
                drawn = size;
                if (!Console.KeyAvailable)
                {
                    await Task.Delay(Pause, time, ct);
                    continue;
                }
                switch (screen.Handle(Console.ReadKey(intercept: true)))
                {
                    case ReviewStep.Quit:
                        return;
                    case ReviewStep.Drop when screen.Chosen is { } chosen:
                        await drop(chosen);
                        break;
                }
                drawn = default;
            }
        }
        finally
        {
            Console.Out.Write(Leave);
        }
    }

    private void Draw((int Width, int Height) size)
    {
        var frame = new StringBuilder("\e[H");
        frame.AppendJoin("\e[K\r\n", screen.Render(Math.Max(1, size.Width), Math.Max(4, size.Height)));
        frame.Append("\e[K\e[J");
        Console.Out.Write(frame);
        Console.Out.Flush();
    }
}
