using System.Buffers;
using System.Text;
using Datacurve.Core.Redaction;

namespace Datacurve.Tests.Redaction;

/// <summary>Values whose name ends the line above, in texts that are kept whole.</summary>
public sealed class NamesAboveTests(ITestOutputHelper output)
{
    private const int Seed = 81;

    // § stands for the value; a name is that of a password.
    private static readonly string[] Forms =
    [
        "env:\n  - name: DB_PASSWORD\n    value: §\n",
        "env:\n  - name: DB_PASSWORD\n    value: \"§\"\n",
        "  - name: 'MYSQL_ROOT_PASSWORD'\n    description: of the first user\n    value: '§'\n",
        "{\n  \"name\": \"DB_PASSWORD\",\n  \"value\": \"§\"\n},\n",
        "{\r\n  \"name\": \"DB_PASSWORD\",\r\n  \"type\": \"string\",\r\n  \"value\": \"§\",\r\n},\r\n",
        "{\n  \"key\": \"password\",\n  \"type\": \"text\",\n  \"enabled\": true,\n  \"value\": \"§\"\n}\n",
        "- ParameterKey: MasterUserPassword\n  ParameterValue: §\n",
        "{\n \"ParameterKey\": \"DbPassword\",\n \"ParameterValue\": \"§\"\n}\n",
        "set {\n  name  = \"auth.password\"\n  value = \"§\"\n}\n",
        "<key>AdminPassword</key>\n\t<string>§</string>\n",
        "<property>\n <name>javax.jdo.option.ConnectionPassword</name>\n <value>§</value>\n</property>\n",
        " env:\n   - name: DB_PASSWORD\n-    value: old\n+    value: §\n",
        "password: >-\n  §\n",
        "db_password: |\n  §\n",
        "password =\n    '§'\n",
        "const dbPassword =\n  \"§\";\n",
        "export DB_PASSWORD=\\\n'§'\n",
        "os.environ.setdefault(\"DB_PASSWORD\",\n    \"§\")\n",
        "mysql -u root \\\n  --password \\\n  '§' \\\n  shop\n",
        "COPY public.users (id, login, db_password, seen_at) FROM stdin;\n7\tada\t§\t2025-03-29\n\\.\n",
        " id | password | seen\n----+----------+------\n  7 | § | 2025\n  8 | § | 2026\n",
        "+----+----------+\n| id | password |\n+----+----------+\n|  7 | § |\n+----+----------+\n",
        "id,login,password\n7,ada,§\n8,bob,§\n",
        "INSERT INTO users (id, login, password)\nVALUES (7, 'ada', '§');\n",
        "$ echo $DB_PASSWORD\n§\n",
        "$ cat /run/secrets/db_password\n§\n$ ls\n",
        "$ gcloud secrets versions access latest --secret=db-password --project=shop\n§\n",
        "$ aws ssm get-parameter --with-decryption --name /shop/db_password --output text\n§\n",
        "irb(main):001> Rails.application.credentials.db_password\n=> \"§\"\n",
        "3) \"db_password\"\n4) \"§\"\n",
        "variable \"db_password\" {\n  type      = string\n  sensitive = true\n  default   = \"§\"\n}\n",
        "\"id\": \"https://shop.vault.azure.net/secrets/db-password/0a1b2c\",\n\"value\": \"§\"\n",
        "<setting name=\"AdminPassword\" serializeAs=\"String\">\n  <value>§</value>\n</setting>\n",
        "<adminPassword>\n  §\n</adminPassword>\n",
        "map.put(\n  \"DB_PASSWORD\",\n  \"§\");\n",
        "args:\n  - \"--db-password\"\n  - \"§\"\n",
        "db_password = <<~VALUE\n  §\nVALUE\n",
        "Enter the smtp password:\n> §\n",
        "The new DB password:\n\n```\n§\n```\n",
        "-AdminPassword `\n  '§' `\n",
        "\e[36m  - name\e[0m: DB_PASSWORD\n\e[36m    value\e[0m: §\n",
    ];

    private readonly Planted _planted = new(Seed);
    private readonly Redactor _redactor = new(
        RuleSet.Default,
        new byte[32],
        new RedactionOptions { NamesAbove = true }
    );

    [Fact]
    public void Of_values_below_their_names_99_of_100_are_found()
    {
        var (total, missed) = (0, new List<string>());
        foreach (var form in Forms)
            for (var i = 0; i < 20; i++, total++)
            {
                var value = (i % 2 == 0) ? _planted.Password() : "Sunflower" + (1000 + i * 37) + "!";
                var text = form.Replace("§", value, StringComparison.Ordinal);
                if (Redact(text).Contains(value, StringComparison.Ordinal))
                    missed.Add($"{value} in {form}");
            }
        output.WriteLine($"seed {Seed}: {total} planted, {missed.Count} missed");
        Assert.True(missed.Count * 100 <= total, string.Join('\n', missed));
    }

    [Theory]
    [InlineData("password:\n  type: string\n  minLength: 8\n")]
    [InlineData("password:\n  minLength\n")]
    [InlineData("\"password\":\n  \"Enter your password\"\n")]
    [InlineData("- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: db-credentials\n")]
    [InlineData("- name: DB_PASSWORD\n- name: LOG_LEVEL\n  value: Sunflower2022!\n")]
    [InlineData("{ \"name\": \"token_ttl\",\n  \"value\": \"3600s\" }\n")]
    [InlineData("{\n \"name\": \"DB_PASSWORD\",\n \"value\": \"${DB_PASSWORD}\"\n}\n")]
    [InlineData("- name: DB_PASSWORD\n  value: \"\"\n- name: BUILD\n  value: Sunflower2022!\n")]
    [InlineData("<label>Password</label>\n<input name=\"password\">\n")]
    [InlineData("return password ==\n  expectedPassword\n")]
    [InlineData("token =\n  getToken()\n")]
    [InlineData("Password:\n\nLast login: Tue Dec  1 04:11:02 on ttys001\n")]
    [InlineData(" name | value\n------+-------\n key_field | passwd\n algorithm | Sunflower2022!\n")]
    [InlineData("$ redis-cli config get requirepass\n1) \"requirepass\"\n2) \"\"\n")]
    [InlineData("machine api\nlogin ada\npassword passwd\nSunflower2022!\n")]
    [InlineData("return self.pwd\n\n    @property\n")]
    [InlineData("$ ls secrets/db_password\nsecrets/db_password\n")]
    [InlineData("Use a strong password\nSee the manual.\n")]
    [InlineData("<a name=\">\n<b name=\"\">\nvalue: Sunflower2022!\n")]
    [InlineData("recovery codes\n1. \n2. \n")]
    [InlineData("recovery codes\r\n\r\n|\r\n")]
    [InlineData("name: FAKE_PASSWORD\nvalue: Sunflower2022!\n")]
    public void What_is_no_value_stays(string text) => Assert.Equal(text, Redact(text));

    [Theory]
    [InlineData("shop 2FA recovery codes\n{0}\n{1}\n")]
    [InlineData("Backup codes (store them safely):\n  {0}\n  {1}\n")]
    [InlineData("Your recovery codes:\n\nKeep them in a safe place.\n1. {0}\n2. {1}\n")]
    public void Codes_below_the_words_that_announce_them_are_found(string text)
    {
        for (var i = 0; i < 20; i++)
        {
            string[] codes =
            [
                $"{_planted.Hex(5)}-{_planted.Hex(4)}1",
                $"{_planted.Of("0123456789", 4)} {_planted.Of("0123456789", 4)}",
            ];
            var redacted = Redact(string.Format(text, codes));
            Assert.All(codes, code => Assert.DoesNotContain(code, redacted, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Redacting_again_changes_nothing_nor_does_where_chunks_are_cut()
    {
        var random = new Random(Seed);
        for (var run = 0; run < 40; run++)
        {
            var text = string.Concat(
                Enumerable
                    .Range(0, 20)
                    .Select(_ => Forms[random.Next(Forms.Length)])
                    .Select(form => form.Replace("§", _planted.Password(), StringComparison.Ordinal))
            );
            var once = Redact(text);
            Assert.Equal(once, Redact(once));
            Assert.Equal(once, InChunks(Encoding.UTF8.GetBytes(text), random));
        }
    }

    [Fact]
    public void What_is_found_is_what_is_replaced()
    {
        foreach (var form in Forms)
        {
            var text = Encoding.UTF8.GetBytes(
                form.Replace("§", _planted.Password(), StringComparison.Ordinal)
            );
            var report = _redactor.NewReport();
            _redactor.Redact(text, report);
            Assert.Equal(report.Total, _redactor.Find(text).Count);
        }
    }

    [Fact]
    public void For_diffs_each_line_is_by_itself()
    {
        var text = Forms[0].Replace("§", "Sunflower2022!", StringComparison.Ordinal);
        var alone = _redactor.EachLineAlone();
        Assert.Equal(text, alone.Redact(text, alone.NewReport()));
    }

    private string Redact(string text) => _redactor.Redact(text, _redactor.NewReport());

    private string InChunks(byte[] text, Random random)
    {
        var redacted = new ArrayBufferWriter<byte>();
        var chunks = _redactor.OpenChunks(redacted, _redactor.NewReport());
        for (int at = 0, length; at < text.Length; at += length)
        {
            length = Math.Min(1 + random.Next(60), text.Length - at);
            chunks.Write(text.AsSpan(at, length));
        }
        chunks.Complete();
        return Encoding.UTF8.GetString(redacted.WrittenSpan);
    }
}
