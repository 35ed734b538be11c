using System.Buffers;

namespace Billing.SimulatedGateway.Recording;

/// <summary>
/// An append-only file of lines. A line is with the operating system before <see cref="AppendAsync"/> ends, so it
/// survives the end of this process (not of the machine). Lines that arrive during a write share the next one.
/// </summary>
public sealed class Journal : IAsyncDisposable
{
    readonly Lock _gate = new();
    readonly FileStream _file;
    ArrayBufferWriter<byte> _waiting = new();
    ArrayBufferWriter<byte> _spare = new();
    TaskCompletionSource _written = NewSignal();
    Task _writer = Task.CompletedTask;
    bool _writing;

    Journal(FileStream file) => _file = file;

    /// <summary>Opens the file, hands over every whole line, and cuts off a last one that a crash left unfinished.</summary>
    public static Journal Open(string path, Action<ReadOnlySpan<byte>> replay)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        var end = 0L;
        var buffer = new byte[1 << 20];
        var kept = 0;
        int read;
        while ((read = file.Read(buffer, kept, buffer.Length - kept)) > 0)
        {
            var known = buffer.AsSpan(0, kept + read);
            int newLine;
            while ((newLine = known.IndexOf((byte)'\n')) >= 0)
            {
                replay(known[..newLine]);
                end += newLine + 1;
                known = known[(newLine + 1)..];
            }

            kept = known.Length;
            known.CopyTo(buffer);
            if (kept == buffer.Length)
                throw new InvalidDataException($"{path} holds a line of more than {buffer.Length} bytes and is not a record of this gateway.");
        }

        file.SetLength(end);
        file.Seek(0, SeekOrigin.End);
        return new Journal(file);
    }

    public Task AppendAsync(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            _waiting.Write(line);
            _waiting.Write("\n"u8);
            if (!_writing)
            {
                _writing = true;
                _writer = Task.Run(WriteWhatWaitsAsync);
            }

            return _written.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _writer;
        await _file.DisposeAsync();
    }

    async Task WriteWhatWaitsAsync()
    {
        while (true)
        {
            ArrayBufferWriter<byte> batch;
            TaskCompletionSource written;
            lock (_gate)
            {
                if (_waiting.WrittenCount == 0)
                {
                    _writing = false;
                    return;
                }

                (batch, written) = (_waiting, _written);
                (_waiting, _spare) = (_spare, _waiting);
                _written = NewSignal();
            }

            try
            {
                await _file.WriteAsync(batch.WrittenMemory);
                written.SetResult();
            }
            catch (IOException e)
            {
                written.SetException(e);
            }
            finally
            {
                batch.ResetWrittenCount();
            }
        }
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
