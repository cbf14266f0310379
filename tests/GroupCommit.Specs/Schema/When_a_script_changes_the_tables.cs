using System.Text.RegularExpressions;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Persistence.GroupCommit.Storage.Postgres;
using Orleans.Persistence.GroupCommit.Storage.Sqlite;

namespace GroupCommit.Specs.Schema;

/// <summary>The release before works on the tables of this one: what it uses may go, or change, only where the step says which releases do without.</summary>
public sealed partial class When_a_script_changes_the_tables
{
    /// <summary>All steps, with the oldest version before them.</summary>
    public static TheoryData<string, int, int, string> Steps()
    {
        var data = new TheoryData<string, int, int, string>();
        foreach (var part in (SchemaPart[])[SchemaPart.State, SchemaPart.Clustering, SchemaPart.AdoNetGrainStorage])
            Add(part.Name, part.Steps, typeof(PostgresSchema));
        Add("SQLite", SqliteSchema.Steps, typeof(SqliteSchema));
        return data;

        void Add(string name, IReadOnlyList<SchemaStep> steps, Type dialect)
        {
            for (var i = 0; i < steps.Count; i++)
                data.Add($"{name} {i + 1}", i == 0 ? 0 : steps[i - 1].Oldest, steps[i].Oldest, string.Join('\n', steps[i].Scripts.Select(script => SchemaStep.Read(script, dialect))));
        }
    }

    [Theory, MemberData(nameof(Steps))]
    public void Should_only_add_or_say_which_releases_do_without_what_is_gone(string step, int before, int oldest, string script)
    {
        Assert.True(oldest >= before, $"{step}: a release that could not work on the tables before cannot now.");
        if (oldest == before)
            Assert.Equal([], TakenAway(script));
    }

    [Theory]
    [InlineData("ALTER TABLE a ADD COLUMN IF NOT EXISTS b integer")]
    [InlineData("ALTER TABLE a ADD COLUMN b integer NOT NULL DEFAULT 0")]
    [InlineData("ALTER TABLE a ADD b numeric(10,2) DEFAULT 0.00 NOT NULL")]
    [InlineData("ALTER TABLE a ADD COLUMN b integer, ADD COLUMN c numeric(10,2) NOT NULL DEFAULT round(1.5, 0)")]
    [InlineData("CREATE TABLE IF NOT EXISTS a (b integer NOT NULL UNIQUE)")]
    [InlineData("CREATE INDEX IF NOT EXISTS a ON b (c)")]
    [InlineData("-- DROP TABLE a;\nCREATE TABLE a (b integer)")]
    [InlineData("CREATE FUNCTION a() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$")]
    public void Should_take_this_for_an_addition(string script) => Assert.Equal([], TakenAway(script));

    [Theory]
    [InlineData("DROP TABLE a")]
    [InlineData("alter table a drop column b")]
    [InlineData("ALTER TABLE a DROP CONSTRAINT b")]
    [InlineData("ALTER TABLE a RENAME COLUMN b TO c")]
    [InlineData("ALTER INDEX a RENAME TO b")]
    [InlineData("ALTER TABLE a ALTER COLUMN b TYPE bigint")]
    [InlineData("ALTER TABLE a ALTER b SET DATA TYPE bigint")]
    [InlineData("ALTER TABLE a ALTER COLUMN b SET NOT NULL")]
    [InlineData("ALTER TABLE a ALTER COLUMN b DROP DEFAULT")]
    [InlineData("ALTER TABLE a ADD COLUMN b integer NOT NULL")]
    [InlineData("ALTER TABLE a ADD b integer NOT NULL")]
    [InlineData("ALTER TABLE a ADD COLUMN b numeric(10,2) NOT NULL")]
    [InlineData("ALTER TABLE a ADD COLUMN b integer NOT NULL, ADD COLUMN c integer DEFAULT 0")]
    [InlineData("ALTER TABLE a ADD COLUMN b integer DEFAULT 0, ADD c numeric(10, 2) NOT NULL")]
    [InlineData("ALTER TABLE a ENABLE ROW LEVEL SECURITY")]
    [InlineData("ALTER TABLE a FORCE ROW LEVEL SECURITY")]
    [InlineData("CREATE POLICY a ON b USING (false)")]
    [InlineData("ALTER TABLE a ADD CONSTRAINT b CHECK (c > 0)")]
    [InlineData("ALTER TABLE a ADD PRIMARY KEY (b)")]
    [InlineData("CREATE UNIQUE INDEX a ON b (c)")]
    [InlineData("CREATE OR REPLACE FUNCTION a() RETURNS integer LANGUAGE sql AS $$ SELECT 2 $$")]
    [InlineData("CREATE TRIGGER a BEFORE INSERT ON b EXECUTE FUNCTION c()")]
    [InlineData("DELETE FROM a")]
    [InlineData("UPDATE a SET b = 1")]
    [InlineData("TRUNCATE a")]
    [InlineData("REVOKE INSERT ON a FROM b")]
    public void Should_find_what_hurts_the_release_before(string script) => Assert.NotEmpty(TakenAway(script));

    private static List<string> TakenAway(string script) =>
    [
        .. from statement in Comment().Replace(script, "").Split(';')
           where Destructive().IsMatch(statement)
           select statement.Trim(),
    ];

    [GeneratedRegex(@"--[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex("""
        \b(DROP|RENAME|TRUNCATE|DELETE\s+FROM|REVOKE|OR\s+REPLACE|CREATE\s+UNIQUE|SET\s+NOT\s+NULL|CREATE\s+(CONSTRAINT\s+)?TRIGGER|ADD\s+(CONSTRAINT|PRIMARY|UNIQUE|CHECK|FOREIGN|EXCLUDE))\b
        |\bALTER\s+(COLUMN\s+)?"?\w+"?\s+(SET\s+DATA\s+)?TYPE\b
        # Up to the next column: commas between parentheses belong to a type or a default.
        |\bADD\b(?=(?:[^,()]|\([^)]*\))*\bNOT\s+NULL\b)(?!(?:[^,()]|\([^)]*\))*\bDEFAULT\b)
        |\bROW\s+LEVEL\s+SECURITY\b|\bCREATE\s+POLICY\b
        |^\s*UPDATE\b
        """, RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Destructive();
}
