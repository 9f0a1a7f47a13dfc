using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Datacurve.Bench.Baselines;

/// <summary>
/// PostgreSQL's own load generator on a script of ours: 16 clients, prepared statements, each a transaction
/// of its own. The rows go over the wire as parameters, as they do from the server; only the trace's id is
/// made in the database, from a number that rises with every trace.
/// </summary>
/// <remarks>
/// A parameter of pgbench is text of its command line, of at most 128 KiB; so a script repeats the bodies of
/// four batches, each under the seqs and ids of its own place in the trace.
/// </remarks>
internal sealed class PgBench
{
    private const int Clients = 16;
    private const int Bodies = 4;

    // What one run counts to at the most; the traces of the next come after, as new traces do.
    private const long CountPerRun = 1_000_000_000;

    private readonly Uri _database;
    private readonly string _script;
    private readonly List<string> _parameters = [];
    private readonly int _rowsPerScript;
    private int _runs;

    private PgBench(Uri database, string script, string sql, int rowsPerScript)
    {
        (_database, _script, _rowsPerScript) = (database, script, rowsPerScript);
        File.WriteAllText(script, sql);
    }

    /// <summary>Whole batches by <c>unnest</c>: the script is one trace.</summary>
    public static PgBench OfBatches(
        Uri database,
        string folder,
        IReadOnlyList<StoredRow> rows,
        int batchLength
    )
    {
        var batches = rows.Chunk(batchLength).ToList();
        var sql = new StringBuilder("\\set n :n + 1\n");
        for (var i = 0; i < batches.Count; i++)
            sql.Append(CultureInfo.InvariantCulture, $"insert into events (trace_id, seq, event_id, body) ")
                .Append("select int8send(:n) || int8send(:client_id), seq, event_id, body ")
                .Append(CultureInfo.InvariantCulture, $"from unnest(:seqs{i}::bigint[], :ids{i}::bytea[], ")
                .Append(CultureInfo.InvariantCulture, $":bodies{i % Bodies}::bytea[]) ")
                .Append("as e (seq, event_id, body);\n");
        var bench = new PgBench(database, Path.Combine(folder, "batches.sql"), sql.ToString(), rows.Count);
        foreach (var (i, batch) in batches.Index())
        {
            bench.Define($"seqs{i}", $"{{{string.Join(',', batch.Select(row => row.Seq))}}}");
            bench.Define($"ids{i}", Bytes(batch.Select(row => row.EventId)));
            if (i < Bodies)
                bench.Define($"bodies{i}", Bytes(batch.Select(row => row.Body)));
        }

        return bench;
    }

    /// <summary>Single rows of the average length; a trace has as many as the server's.</summary>
    public static PgBench OfRows(Uri database, string folder, IReadOnlyList<StoredRow> rows)
    {
        var average = rows.Average(row => row.Body.Length);
        var body = rows.MinBy(row => Math.Abs(row.Body.Length - average))!.Body;
        var sql = $"""
            \set n :n + 1
            \set trace :n / {rows.Count}
            \set seq 1 + :n % {rows.Count}
            insert into events (trace_id, seq, event_id, body) values
                (int8send(:trace) || int8send(:client_id), :seq, int8send(:n) || int8send(:client_id), :body);

            """;
        var bench = new PgBench(database, Path.Combine(folder, "rows.sql"), sql, rowsPerScript: 1);
        bench.Define("body", "\\x" + Convert.ToHexStringLower(body));
        return bench;
    }

    /// <summary>Runs for so many seconds; gives the rows committed a second.</summary>
    /// <exception cref="InvalidOperationException">pgbench failed, or a statement did.</exception>
    public async Task<double> RunAsync(double seconds)
    {
        var output = await PgBenchAsync(seconds, []);
        var line = output
            .Split('\n')
            .FirstOrDefault(found => found.StartsWith("tps = ", StringComparison.Ordinal));
        if (line is null)
            throw new InvalidOperationException($"pgbench gave no rate: {output}");
        return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture) * _rowsPerScript;
    }

    /// <summary>
    /// Runs for so many seconds; gives the time in milliseconds within which this share of the scripts ended.
    /// </summary>
    /// <exception cref="InvalidOperationException">pgbench failed, or a statement did.</exception>
    public async Task<double> LatencyMsAsync(double seconds, double quantile)
    {
        var folder = Directory.CreateDirectory($"{_script}-{_runs}").FullName;
        await PgBenchAsync(seconds, ["--log", "--log-prefix", Path.Combine(folder, "log")]);
        // A line of a thread's log: client, number, microseconds, …
        var microseconds = Directory
            .EnumerateFiles(folder)
            .SelectMany(File.ReadLines)
            .Select(line => double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture))
            .Order()
            .ToList();
        return microseconds[(int)(quantile * (microseconds.Count - 1))] / 1000;
    }

    private async Task<string> PgBenchAsync(double seconds, string[] more)
    {
        string[] arguments =
        [
            "--client",
            $"{Clients}",
            "--jobs",
            "2",
            "--protocol",
            "prepared",
            "--no-vacuum",
            "--time",
            $"{Math.Max(1, (int)seconds)}",
            "--file",
            _script,
            "--define",
            $"n={++_runs * CountPerRun}",
            .. _parameters,
            .. more,
        ];
        var start = new ProcessStartInfo("pgbench", [.. arguments, Postgres.Conninfo(_database)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"pgbench failed: {output} {await errors}");
    }

    private void Define(string name, string value) => _parameters.AddRange(["--define", $"{name}={value}"]);

    private static string Bytes(IEnumerable<byte[]> values) =>
        $"{{{string.Join(',', values.Select(value => $"\"\\\\x{Convert.ToHexStringLower(value)}\""))}}}";
}
