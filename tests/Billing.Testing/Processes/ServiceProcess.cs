using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Billing.Testing;

/// <summary>A service as the operating system knows it: it can be killed without a word, and started again in the same place.</summary>
public sealed class ServiceProcess : IDisposable
{
    static readonly ConcurrentDictionary<Process, bool> Alive = new();

    readonly Dictionary<string, string> _settings;
    readonly ConcurrentQueue<string> _output = new();
    readonly ConcurrentQueue<string> _linesOfFollowed = new();
    string[]? _followed;
    Process? _process;
    TextWriter? _log;

    // whatever ends the tests ends what they started
    static ServiceProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var process in Alive.Keys)
            process.Kill();
    };

    public ServiceProcess(string project, Dictionary<string, string> settings)
    {
        Name = Path.GetFileName(project);
        Program = Checkout.Program(project);
        _settings = settings;
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Checkout.FreePort()}/"), Timeout = TimeLimits.Scaled(TimeSpan.FromSeconds(10)) };
    }

    public string Name { get; }
    public HttpClient Http { get; }

    /// <summary>The assembly that the next start runs; this checkout's unless a test puts another release's in its place.</summary>
    public string Program { get; set; }

    /// <summary>Of the process that runs now.</summary>
    public int Id => _process?.Id ?? 0;

    /// <summary>The last lines that it wrote.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Every line that bears one of the ids that <see cref="Follow"/> named, from all its lives.</summary>
    public IReadOnlyCollection<string> LinesOfFollowed => _linesOfFollowed;

    /// <summary>Read at each start: environment variables by name.</summary>
    public IDictionary<string, string> Settings => _settings;

    /// <summary>Whether it was started and has ended by itself; how, says <see cref="ExitCode"/>.</summary>
    public bool HasEnded => _process is { HasExited: true };

    /// <summary>Of the process that has ended by itself.</summary>
    public int ExitCode => _process?.ExitCode ?? 0;

    /// <summary>Writes all that it says to this file as well, from all its lives. Before it is started.</summary>
    public void LogTo(string file) => _log = TextWriter.Synchronized(new StreamWriter(file) { AutoFlush = true });

    /// <summary>Keeps what it writes about these ids. Before it is started.</summary>
    public void Follow(params string[] ids) => _followed = ids;

    public void Start()
    {
        var start = new ProcessStartInfo("dotnet", [Program])
        {
            WorkingDirectory = Path.GetDirectoryName(Program),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in _settings)
            start.Environment[key] = value;
        start.Environment["Urls"] = Http.BaseAddress!.ToString();
        start.Environment["Serilog__MinimumLevel__Default"] = _followed is null ? "Warning" : "Information";
        // small heaps: several of these run beside the servers
        start.Environment["DOTNET_gcServer"] = "0";
        // it lives for seconds: neither a second, better compilation of its methods pays, nor pages of code that are mapped twice
        start.Environment["DOTNET_TC_CallCounting"] = "0";
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Remember(line.Data);
        process.ErrorDataReceived += (_, line) => Remember(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Alive[process] = true;
        _process = process;
    }

    /// <summary>SIGKILL: nothing is finished, nothing is given back.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        process.Kill();
        await process.WaitForExitAsync();
        Forget(process);
    }

    /// <summary>SIGTERM, as an orchestrator stops it: what it holds is given back. One that does not end within the limit is killed.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        if (_process is not { } process)
            return;
        await AskToStopAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        Forget(process);
    }

    /// <summary>SIGTERM, and no more; see <see cref="HasEnded"/>.</summary>
    public Task AskToStopAsync() => SignalAsync("TERM");

    /// <summary>SIGSTOP: it keeps its connections and its leases, and does nothing until <see cref="ContinueAsync"/>.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    public Task ContinueAsync() => SignalAsync("CONT");

    async Task SignalAsync(string signal)
    {
        if (_process is not { HasExited: false } process)
            return;
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async Task KillAndStartAsync()
    {
        await KillAsync();
        Start();
    }

    public Task BecomesReadyAsync() => IsAsync(true, TimeSpan.FromMinutes(3));

    /// <summary>Fails when the service does not turn green, or red, within the limit.</summary>
    public async Task IsAsync(bool ready, TimeSpan limit)
    {
        string? answer = null;
        try
        {
            await Eventually.HoldsAsync(async () =>
            {
                bool green;
                (green, answer) = await AskAsync();
                return green == ready;
            }, $"{Name} is {(ready ? "ready" : "not ready")}", limit);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{answer}\n{Output}");
        }
    }

    async Task<(bool Green, string Answer)> AskAsync()
    {
        try
        {
            using var response = await Http.GetAsync(new Uri("health/ready", UriKind.Relative));
            return (response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return (false, exception.Message);
        }
    }

    public void Dispose()
    {
        if (_process is { } process)
        {
            process.Kill();
            process.WaitForExit();
            Forget(process);
        }

        Http.Dispose();
        _log?.Dispose();
    }

    void Forget(Process process)
    {
        _process = null;
        Alive.TryRemove(process, out _);
        process.Dispose();
    }

    void Remember(string? line)
    {
        if (line is null)
            return;
        _log?.WriteLine(line);
        if (_followed?.Any(id => line.Contains(id, StringComparison.Ordinal)) == true)
            _linesOfFollowed.Enqueue(line);
        _output.Enqueue(line);
        while (_output.Count > 40)
            _output.TryDequeue(out _);
    }
}
