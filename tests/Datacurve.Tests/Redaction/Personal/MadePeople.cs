using System.Globalization;
using System.Text;

namespace Datacurve.Tests.Redaction.Personal;

/// <summary>People, machines and numbers that nobody has, made from a seed.</summary>
internal sealed class MadePeople(int seed)
{
    private const string Consonants = "bdfgklmnprstvz";
    private const string Vowels = "aeiou";
    private readonly Random _random = new(seed);

    public int Next(int end) => _random.Next(end);

    public T One<T>(params T[] some) => some[_random.Next(some.Length)];

    public string Digits(int count) => Of("0123456789", count);

    public string Hex(int count) => Of("0123456789abcdef", count);

    public string Of(string alphabet, int count)
    {
        var text = new StringBuilder(count);
        for (var i = 0; i < count; i++)
            text.Append(alphabet[_random.Next(alphabet.Length)]);
        return text.ToString();
    }

    /// <summary>A word of so many syllables, in small letters.</summary>
    public string Word(int syllables)
    {
        var text = new StringBuilder();
        for (var i = 0; i < syllables; i++)
            text.Append(Of(Consonants, 1)).Append(Of(Vowels, 1));
        return text.Append(Of(Consonants, 1)).ToString();
    }

    public string Capital(int syllables)
    {
        var word = Word(syllables);
        return char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..];
    }

    /// <summary>A name of a person, some with letters beyond ASCII, particles and initials.</summary>
    public string Name() =>
        Next(6) switch
        {
            0 => $"{Capital(2)} {Of("ABCDEFG", 1)}. {Capital(2)}",
            1 => $"{Capital(2)} van der {Capital(2)}",
            2 => $"{Capital(1)}é{Word(1)} {Capital(2)}-{Capital(2)}",
            3 => $"Ö{Word(2)} {Capital(2)} Ł{Word(2)}",
            _ => $"{Capital(2)} {Capital(3)}",
        };

    /// <summary>A name that many people are given.</summary>
    public string Given() =>
        One("Alice", "Stefan", "Priya", "Mateo", "Ingrid", "Yusuf", "Chloe", "Kenji", "Olga", "Pablo");

    public string User() =>
        One(Word(3), Word(2) + "." + Word(2), Word(2) + "_" + Word(2), Word(2) + "-" + Word(2));

    public string Machine() =>
        One(
            Capital(2) + "s-MacBook-Pro",
            Word(3),
            Word(2) + "-" + Digits(2),
            "DESKTOP-" + Of("ABCDEFGH2345", 7)
        );

    public string Mail(string local) =>
        $"{local}@{One("", Word(2) + ".")}{Word(3)}.{One("com", "de", "io", "co.uk", "info", "dev", "org", "technology")}";

    /// <summary>A card's number with a right check digit.</summary>
    public string Card(string first, int length)
    {
        var body = first + Digits(length - first.Length - 1);
        var sum = 0;
        for (var i = 0; i < body.Length; i++)
        {
            var digit = body[^(i + 1)] - '0';
            if (i % 2 == 0)
                digit = digit > 4 ? (digit * 2) - 9 : digit * 2;
            sum += digit;
        }
        return body + ((10 - (sum % 10)) % 10).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>An address of the net at large, whose first number is no version's.</summary>
    public string Address() =>
        $"{One(37, 62, 77, 83, 91, 109, 134, 178, 195, 212)}.{Next(256)}.{Next(256)}.{1 + Next(254)}";

    /// <summary>So many digits of a subscriber, in a group that no example has.</summary>
    public string Subscriber(int digits) => Of("2346789", 2) + Digits(digits - 3) + Of("1346789", 1);
}
