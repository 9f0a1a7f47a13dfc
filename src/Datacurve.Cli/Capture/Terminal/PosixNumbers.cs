namespace Datacurve.Cli.Capture.Terminal;

/// <summary>
/// Numbers of the C headers, of Linux (x64 and arm64) and of macOS; those without a choice are the same on
/// both.
/// </summary>
internal static class PosixNumbers
{
    public const int ReadWrite = 2;
    public const int PollIn = 1;
    public const int PollOut = 4;
    public const int ErrorInterrupted = 4;
    public const int ErrorIo = 5;
    public const int ErrorPipe = 32;
    public const int HangUpSignal = 1;
    public const int KillSignal = 9;
    public const int WaitForStopped = 2;
    public const int IsStopped = 0x7f;
    public const int GetDescriptorFlags = 1;
    public const int SetDescriptorFlags = 2;
    public const int CloseOnExec = 1;
    public const int GetStatusFlags = 3;
    public const int SetStatusFlags = 4;
    public const int AfterDrain = 1;

    public static int NoControllingTerminal => Mac ? 0x20000 : 0x100;
    public static int NonBlocking => Mac ? 0x4 : 0x800;
    public static int ContinueSignal => Mac ? 19 : 18;
    public static int StopSignal => Mac ? 18 : 20;
    public static int ErrorAgain => Mac ? 35 : 11;
    public static nuint GetWindowSize => Mac ? 0x40087468 : 0x5413u;
    public static nuint SetWindowSize => Mac ? 0x80087467 : 0x5414u;

    /// <summary>
    /// A new session, signals as a program finds them by default, and none of them blocked.
    /// </summary>
    public static short SpawnFlags => (short)((Mac ? 0x400 : 0x80) | 0x04 | 0x08);

    private static bool Mac => OperatingSystem.IsMacOS();
}
