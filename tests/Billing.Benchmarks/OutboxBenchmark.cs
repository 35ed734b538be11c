using System.Diagnostics;
using Billing.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Billing.Benchmarks;

/// <summary>
/// What the outbox costs: a consumer that writes one row, plain and with the outbox, with and without an outgoing message.
/// Each variant drains the same preloaded queue on the same servers in the same run, so the ratios mean something.
/// </summary>
static class OutboxBenchmark
{
    static readonly Variant[] Variants =
    [
        new("plain, one row", Outbox: false, Events: 0),
        new("outbox, one row", Outbox: true, Events: 0),
        new("plain, one row and one message", Outbox: false, Events: 1),
        new("outbox, one row and one message", Outbox: true, Events: 1),
        new("outbox, one row and 400 messages", Outbox: true, Events: 400),
    ];

    public static async Task<int> RunAsync(int messages)
    {
        await MeasureAsync(Variants[1], 200); // compiles what all share
        var rates = new Dictionary<Variant, double>();
        foreach (var variant in Variants)
        {
            var count = variant.Events > 1 ? Math.Max(20, messages / 50) : messages;
            rates[variant] = await MeasureAsync(variant, count);
            Console.WriteLine($"{variant.Name,-36}{rates[variant],10:0} consumed/s{rates[variant] * Math.Max(1, variant.Events),10:0} messages/s");
        }

        Console.WriteLine($"outbox : plain, no message         {rates[Variants[1]] / rates[Variants[0]],10:0.00}");
        Console.WriteLine($"outbox : plain, one message        {rates[Variants[3]] / rates[Variants[2]],10:0.00}");
        return 0;
    }

    static async Task<double> MeasureAsync(Variant variant, int messages)
    {
        await using var database = await TestDatabase.CreateAsync("bench");
        await using var broker = await TestVirtualHost.CreateAsync("bench");
        var done = new Done(messages);
        await using (var db = new BenchContext(new DbContextOptionsBuilder<BenchContext>().UseNpgsql(database.ConnectionString).Options))
            await db.Database.EnsureCreatedAsync();

        await LoadAsync(variant, database, broker, done, messages);
        using var host = Build(variant, database, broker, done, consumes: true);
        var watch = Stopwatch.StartNew();
        await host.StartAsync();
        await done.Task.WaitAsync(TimeSpan.FromMinutes(5));
        var rate = messages / (watch.Elapsed - done.UntilFirst(watch)).TotalSeconds;
        await host.StopAsync();
        return rate;
    }

    static async Task LoadAsync(Variant variant, TestDatabase database, TestVirtualHost broker, Done done, int messages)
    {
        using var loader = Build(variant, database, broker, done, consumes: false);
        await loader.StartAsync();
        var queue = await loader.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("queue:write"));
        foreach (var chunk in Enumerable.Range(0, messages).Chunk(500))
            await Task.WhenAll(chunk.Select(i => queue.Send(new Write(i, variant.Events))));
        await loader.StopAsync();
    }

    static IHost Build(Variant variant, TestDatabase database, TestVirtualHost broker, Done done, bool consumes)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddSingleton(done);
        builder.Services.AddDbContextPool<BenchContext>(
            options => options.UseNpgsql($"{database.ConnectionString};Max Auto Prepare=50").EnableThreadSafetyChecks(false));
        builder.Services.AddMassTransit(x =>
        {
            x.DisableUsageTelemetry();
            x.AddEntityFrameworkOutbox<BenchContext>(o => o.UsePostgres());
            if (consumes)
                x.AddConsumer<WriteConsumer>().Endpoint(e => e.Name = "write");
            x.AddConfigureEndpointsCallback((context, _, endpoint) =>
            {
                endpoint.PrefetchCount = 100;
                endpoint.ConcurrentMessageLimit = 16;
                if (variant.Outbox)
                    endpoint.UseEntityFrameworkOutbox<BenchContext>(context);
            });
            x.UsingRabbitMq((context, cfg) =>
            {
                cfg.Host(TestVirtualHost.Host, TestVirtualHost.Port, broker.Name, h =>
                {
                    h.Username(TestVirtualHost.Username);
                    h.Password(TestVirtualHost.Password);
                });
                cfg.ConfigureEndpoints(context);
            });
        });
        return builder.Build();
    }

    sealed record Variant(string Name, bool Outbox, int Events);
}

public sealed record Write(int Number, int Events);

public sealed record Written(int Number, int Event);

public sealed class Row
{
    public long Id { get; init; }
    public int Number { get; init; }
}

public sealed class BenchContext(DbContextOptions<BenchContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Row>();
        modelBuilder.AddTransactionalOutboxEntities();
    }
}

/// <summary>Counts what was consumed, and remembers when it began.</summary>
public sealed class Done(int expected)
{
    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _first;
    int _count;

    public Task Task => _done.Task;

    public TimeSpan UntilFirst(Stopwatch watch) => watch.Elapsed - Stopwatch.GetElapsedTime(_first);

    public void Begin() => Interlocked.CompareExchange(ref _first, Stopwatch.GetTimestamp(), 0);

    public void One()
    {
        if (Interlocked.Increment(ref _count) == expected)
            _done.SetResult();
    }
}

public sealed class WriteConsumer(BenchContext db, Done done) : IConsumer<Write>
{
    public async Task Consume(ConsumeContext<Write> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        done.Begin();
        db.Add(new Row { Number = context.Message.Number });
        if (!context.TryGetPayload<MassTransit.Middleware.OutboxConsumeContext>(out _))
            await db.SaveChangesAsync(context.CancellationToken);
        for (var i = 0; i < context.Message.Events; i++)
            await context.Publish(new Written(context.Message.Number, i));
        done.One();
    }
}
