using Datacurve.Core.Redaction.Lines;
using Datacurve.Core.Redaction.Rules;

namespace Datacurve.Core.Redaction.Personal;

/// <summary>All detectors of personal data.</summary>
internal static class PersonalData
{
    private static readonly HashSet<string> Labels =
    [
        "user",
        "email",
        "phone",
        "ip",
        "card",
        "host",
        "person",
    ];

    /// <summary>Whether a placeholder of this label stands for personal data.</summary>
    public static bool IsLabel(string label) => Labels.Contains(label);

    /// <summary>Finds what needs no word before it.</summary>
    public static void Find(PieceText text, List<Found> found)
    {
        Addresses.Find(text.Chars, found);
        Numbers.Find(text.Chars, found);
        HostsFile.Find(text.Chars, found);
        HomeFolders.FindTilde(text.Bytes, found);
        GitNames.FindBlame(text.Chars, found);
    }

    /// <summary>Finds what a word introduces.</summary>
    /// <param name="detector">What looks for it.</param>
    /// <param name="text">The piece.</param>
    /// <param name="start">Where the word begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="found">Takes what is found.</param>
    public static void FindBehind(Detector detector, PieceText text, int start, int end, List<Found> found)
    {
        switch (detector)
        {
            case Detector.Home:
                FindHome(text, start, end, found);
                break;
            case Detector.Account:
                Accounts.FindId(text.Chars, start, end, found);
                break;
            case Detector.Login:
                Accounts.FindLogin(text.Chars, start, end, found);
                break;
            case Detector.Process:
                Accounts.FindProcess(text.Chars, found);
                break;
            case Detector.Mode:
                ListedOwners.FindBehindMode(text.Chars, start, found);
                break;
            case Detector.Owner:
                ListedOwners.Find(text.Chars, start, found);
                break;
            case Detector.Person:
                if (!GitNames.Find(text.Chars, start, end, found))
                    People.Find(text.Chars, end, found);
                break;
            case Detector.Mail:
                Addresses.FindAround(text.Chars, start, end, found);
                break;
            case Detector.Phone:
                NationalPhones.Find(text.Chars, start, end, found);
                break;
            case Detector.Log:
                Hosts.FindInLog(text.Chars, start, found);
                break;
            case Detector.LocalHost:
                Hosts.FindLocal(text.Chars, start, end, found);
                break;
            case Detector.Machine:
                Machines.Find(text.Chars, start, end, found);
                break;
            case Detector.Prompt:
                Prompts.FindAround(text.Chars, start, end, found);
                break;
            case Detector.NamedHost when text.Bytes[start] == (byte)'\\':
                SaidHosts.FindShare(text.Bytes, start, found);
                break;
            case Detector.NamedHost when SshMessages.Knows(text.Chars[start..end]):
                SshMessages.Find(text.Chars, end, found);
                break;
            case Detector.NamedHost when SaidHosts.Knows(text.Chars[start..end]):
                SaidHosts.Find(text.Chars, start, end, found);
                break;
            case Detector.NamedHost:
                Hosts.FindNamed(text.Chars, start, end, found);
                break;
        }
    }

    private static void FindHome(PieceText text, int start, int end, List<Found> found)
    {
        var count = found.Count;
        HomeFolders.Find(text.Bytes, start, end, found);
        if (found.Count == count)
            return;
        var user = found[count];
        Accounts.FindInPasswd(text.Chars, start, found);
        Accounts.FindInProcesses(text.Chars, text.Chars[user.Start..user.End], found);
    }
}
