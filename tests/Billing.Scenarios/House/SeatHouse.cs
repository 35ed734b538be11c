using System.Diagnostics;
using System.Globalization;
using Billing.Contracts.Seats.V1;
using Billing.Testing;
using MassTransit;
using Npgsql;

namespace Billing.Scenarios.House;

/// <summary>Some processes of SeatRefresh on one database, with as many subscriptions as a drain is to have.</summary>
sealed class SeatHouse : IAsyncDisposable
{
    const int Capacity = 6;

    readonly IServers _servers;
    readonly List<ServiceProcess> _processes = [];
    ServiceDatabase _database = null!;
    IBusControl _bus = null!;
    int _ticks;

    SeatHouse(IServers servers) => _servers = servers;

    public IReadOnlyList<ServiceProcess> Processes => _processes;

    public static Task<SeatHouse> OpenAsync(params (string Key, string Value)[] settings) => OpenAsync(2, settings);

    public static async Task<SeatHouse> OpenAsync(int processes, params (string Key, string Value)[] settings)
    {
        var house = new SeatHouse(await SharedServers.OpenAsync());
        try
        {
            await house.StartAsync(processes, settings);
            return house;
        }
        catch
        {
            await house.DisposeAsync();
            throw;
        }
    }

    async Task StartAsync(int processes, (string Key, string Value)[] settings)
    {
        _database = await _servers.AddDatabaseAsync("seatrefresh");
        var user = _servers.RabbitMq.UserInfo.Split(':');
        for (var i = 0; i < processes; i++)
        {
            var process = new ServiceProcess("services/Billing.SeatRefresh", new Dictionary<string, string>(
                settings.Select(one => KeyValuePair.Create(one.Key, one.Value)).Concat(_servers.SettingsFor(_database))));
            _processes.Add(process);
            process.Start();
            await process.BecomesReadyAsync();
        }

        _bus = Bus.Factory.CreateUsingRabbitMq(rabbit => rabbit.Host(_servers.RabbitMq.Host, (ushort)_servers.RabbitMq.Port, _servers.VirtualHost, host =>
        {
            host.Username(Uri.UnescapeDataString(user[0]));
            host.Password(Uri.UnescapeDataString(user[1]));
        }));
        await _bus.StartAsync();
        await SetAsync(new SetSeatRefresh { MaxRunning = Capacity }, """ "MaxRunning" = 6 """);
    }

    // ---- what a scenario says ----

    /// <summary>
    /// So many subscriptions, 20 members each and a few more: in one of five some work in a project below, one of fifty has invited a group that hangs
    /// below another; there are guests, bots, people who wait, are banned or blocked.
    /// </summary>
    public Task FillAsync(int subscriptions) => ExecuteAsync($"""
        insert into "Subscription" ("SubscriptionId", "AccountId", "NamespaceId", "Plan", "Seats", "Trial", "TermStart", "TermEnd", "ResetDue", "GuestsAreFree", "CountedSeats", "SeatsInUse", "MaxSeatsUsed", "SeatsOwed", "Version", "Failures", "NextRefreshAt")
            select 's' || i, 'a' || i, 'n' || i, case when i % 2 = 0 then 'ultimate' else 'premium' end, 10 + i % 12, false, '2026-01-01', '2036-12-31', false, i % 2 = 0, 0, 0, 0, 0, 0, 0, '1970-01-01'
            from generate_series(1, {subscriptions}) i;
        insert into "Namespace" ("NamespaceId", "ParentId", "Kind") select 'n' || i || '/p', 'n' || i, 'project' from generate_series(5, {subscriptions}, 5) i;
        insert into "Namespace" ("NamespaceId", "ParentId", "Kind") select 'g' || i || '/inner', 'g' || i, 'group' from generate_series(0, 9) i;
        insert into "Invitation" ("NamespaceId", "GroupId", "Active") select 'n' || i || '/p', 'g' || i / 50 % 10 || '/inner', i % 100 <> 0 from generate_series(50, {subscriptions}, 50) i;
        insert into "Membership" ("NamespaceId", "UserId", "Role", "State", "Bot", "Raised", "RecordedAt")
            select 'n' || i || case when i % 5 = 0 and j > 15 then '/p' else '' end, 'u' || (i * 7 + j * 13) % 50000,
                case when j % 7 = 0 then 'guest' else 'developer' end, case (i + j) % 23 when 0 then 'awaiting' when 1 then 'banned' else 'active' end,
                (i + j) % 29 = 0, j % 14 = 0, '2026-01-01' from generate_series(1, {subscriptions}) i, generate_series(1, 20) j;
        insert into "Membership" ("NamespaceId", "UserId", "Role", "State", "Bot", "Raised", "RecordedAt")      -- seen in two places, counted once
            select 'n' || i || '/p', 'u' || (i * 7 + j * 13) % 50000, 'developer', 'active', false, false, '2026-01-02' from generate_series(5, {subscriptions}, 5) i, generate_series(1, 3) j;
        insert into "Membership" ("NamespaceId", "UserId", "Role", "State", "Bot", "Raised", "RecordedAt")
            select 'g' || i || case when j > 3 then '/inner' else '' end, 'm' || i * 5 + j, 'developer', 'active', false, false, '2026-01-01' from generate_series(0, 9) i, generate_series(1, 6) j;
        insert into "Person" ("UserId", "Blocked", "Bot") select 'u' || i, i % 2 = 0, i % 2 = 1 from generate_series(0, 49999, 97) i;
        analyze;
        """);

    /// <summary>Everything is as if nothing had ever been counted.</summary>
    public Task ForgetAllCountsAsync() => ExecuteAsync("""
        truncate "SeatHistory", "SeatHolder", "SlotLease", "SeatWalk", "SeatDifference", "OutboxMessage";
        update "Subscription" set "CountedSeats" = 0, "SeatsInUse" = 0, "MaxSeatsUsed" = 0, "SeatsOwed" = 0, "Version" = 0, "MaxSetAt" = null, "LastSeatRefreshAt" = null, "NextRefreshAt" = '1970-01-01', "Claim" = null, "RetryAt" = null;
        vacuum analyze "Subscription";
        analyze;
        """);

    /// <summary>All are due once more, and nothing has changed.</summary>
    public Task MakeAllDueAsync() => ExecuteAsync("""
        truncate "SlotLease";
        update "Subscription" set "NextRefreshAt" = '1970-01-01', "LastSeatRefreshAt" = "LastSeatRefreshAt" - interval '1 day';
        vacuum analyze "Subscription";
        """);

    public async Task SetAsync(SetSeatRefresh settings, string untilSettings)
    {
        await _bus.Publish(settings);
        await Eventually.HoldsAsync(() => AskAsync<bool>($"""select exists (select 1 from "RefreshSettings" where {untilSettings})"""), "the refresh is set");
    }

    /// <summary>One tick; the time of the processes is that of this machine.</summary>
    public Task TickAsync() => _bus.Publish(new StartSeatRefresh { DueAt = new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero).AddHours(6 * _ticks++) });

    // ---- what a scenario asks ----

    public Task IsOverAsync(string what, string question, TimeSpan limit) => Eventually.HoldsAsync(() => AskAsync<bool>($"select {question}"), what, limit);

    /// <summary>
    /// The most leases that were in force at any one instant: each begins when it was taken, and ends when it was given back or, if it never was, by itself.
    /// </summary>
    public Task<long> MostRunningAsync() => AskAsync<long>("""
        with edge as (select "TakenAt" as at, 1 as step from "SlotLease" union all select coalesce("ReleasedAt", "LeasedUntil"), -1 from "SlotLease")
        select max(running) from (select sum(step) over (order by at, step) as running from edge) x
        """);

    /// <summary>How the database takes the next hundred, by its own account of having done it.</summary>
    public async Task<string> ClaimPlanAsync()
    {
        await using var connection = new NpgsqlConnection(_database.Administrator);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("""
            explain (analyze, buffers, timing off) select * from "Subscription" where "NextRefreshAt" <= now() order by "NextRefreshAt" limit 100 for update skip locked
            """, connection, transaction);
        await using var lines = await command.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await lines.ReadAsync())
            plan.Add(lines.GetString(0));
        return string.Join('\n', plan);
    }

    /// <summary>Two leases of the same slot at the same time: there must be none.</summary>
    public Task<long> OverlapsAsync() => AskAsync<long>("""
        select count(*) from "SlotLease" a join "SlotLease" b on a."Slot" = b."Slot" and a."TakenAt" < b."TakenAt" and coalesce(a."ReleasedAt", a."LeasedUntil") > b."TakenAt"
        """);

    /// <summary>
    /// The subscriptions whose figures differ from what the raw rows say, counted in another way than the product does: no recursion, because this data
    /// is known to be two levels deep, and people are counted rather than listed.
    /// </summary>
    public Task<long> WrongFiguresAsync() => AskAsync<long>("""
        with place as (
            select "SubscriptionId" as sub, "NamespaceId" as root, "NamespaceId" as place from "Subscription"
            union select s."SubscriptionId", s."NamespaceId", n."NamespaceId" from "Subscription" s join "Namespace" n on n."ParentId" = s."NamespaceId"
            union select s."SubscriptionId", s."NamespaceId", unnest(array[i."GroupId", g."ParentId"]) from "Subscription" s join "Namespace" n on n."ParentId" = s."NamespaceId"
                join "Invitation" i on i."NamespaceId" = n."NamespaceId" and i."Active" join "Namespace" g on g."NamespaceId" = i."GroupId"
        ), people as (
            select place.sub, count(distinct m."UserId") as seats from place join "Subscription" s on s."SubscriptionId" = place.sub join "Membership" m on m."NamespaceId" = place.place
            where m."State" = 'active' and not m."Bot" and (s."Plan" <> 'ultimate' or m."Role" <> 'guest' or m."Raised")
                and m."UserId" not in (select "UserId" from "Person" where "Blocked" or "Bot")
                and not exists (select 1 from "Membership" b where b."NamespaceId" = place.root and b."UserId" = m."UserId" and b."State" = 'banned')
            group by place.sub
        )
        select count(*) from "Subscription" s left join people p on p.sub = s."SubscriptionId"
        where s."SeatsInUse" <> coalesce(p.seats, 0) or s."MaxSeatsUsed" <> coalesce(p.seats, 0) or s."SeatsOwed" <> greatest(0, coalesce(p.seats, 0) - s."Seats")
        """);

    /// <summary>
    /// What the job of old did: a statement for each hundred that counts and writes the figures, and nothing else: no snapshot, no history, no event, no
    /// letter; and as this data is two levels deep, no recursion either. Returns subscriptions a second.
    /// </summary>
    public async Task<double> BareBatchAsync(int subscriptions)
    {
        await using var connection = new NpgsqlConnection(_database.Administrator);
        await connection.OpenAsync();
        var watch = Stopwatch.StartNew();
        for (var first = 1; first <= subscriptions; first += 100)
        {
            await using var command = new NpgsqlCommand("""
                with chosen as (
                    select * from "Subscription" where "SubscriptionId" = any ($1)
                ), place as (
                    select "SubscriptionId" as sub, "NamespaceId" as root, "NamespaceId" as place from chosen
                    union select s."SubscriptionId", s."NamespaceId", n."NamespaceId" from chosen s join "Namespace" n on n."ParentId" = s."NamespaceId"
                    union select s."SubscriptionId", s."NamespaceId", unnest(array[i."GroupId", g."ParentId"]) from chosen s join "Namespace" n on n."ParentId" = s."NamespaceId"
                        join "Invitation" i on i."NamespaceId" = n."NamespaceId" and i."Active" join "Namespace" g on g."NamespaceId" = i."GroupId"
                ), people as (
                    select place.sub, count(distinct m."UserId") as seats from place join chosen s on s."SubscriptionId" = place.sub join "Membership" m on m."NamespaceId" = place.place
                    left join "Person" p on p."UserId" = m."UserId"
                    where m."State" = 'active' and not m."Bot" and (s."Plan" <> 'ultimate' or m."Role" <> 'guest' or m."Raised") and not coalesce(p."Blocked" or p."Bot", false)
                        and not exists (select 1 from "Membership" b where b."NamespaceId" = place.root and b."UserId" = m."UserId" and b."State" = 'banned')
                    group by place.sub
                )
                update "Subscription" s set "SeatsInUse" = p.seats, "MaxSeatsUsed" = greatest(s."MaxSeatsUsed", p.seats), "SeatsOwed" = greatest(0, p.seats - s."Seats"), "LastSeatRefreshAt" = now()
                from people p where p.sub = s."SubscriptionId"
                """, connection) { Parameters = { new() { Value = Enumerable.Range(first, 100).Select(i => $"s{i}").ToArray() } } };
            await command.ExecuteNonQueryAsync();
        }

        return subscriptions / watch.Elapsed.TotalSeconds;
    }

    public async Task<T> AskAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(_database.Administrator);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database.Administrator);
        await connection.OpenAsync();
        foreach (var statement in sql.Split(";\n"))        // vacuum stands alone
        {
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync();
        }
    }

    public string Output => string.Join('\n', _processes.Select(process => process.Output));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            process.Dispose();
        if (_bus is not null)
            await _bus.StopAsync(TimeLimits.Scaled(TimeSpan.FromSeconds(10)));
        await _servers.DisposeAsync();
    }
}
