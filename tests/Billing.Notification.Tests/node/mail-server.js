// A mail server that says what it saw, one JSON object to a line. What it answers follows from the recipient's name:
//   later-2.jane@  450 the first two times      never@  550      spam@  554 after the mail      quick@  454 the first time
const { SMTPServer } = require('smtp-server');
const options = JSON.parse(process.argv[2]);
const tell = (what) => process.stdout.write(JSON.stringify(what) + '\n');
const refuse = (code, text) => Object.assign(new Error(text), { responseCode: code });
const asked = new Map();
let connections = 0;

const server = new SMTPServer({
    key: options.key, cert: options.cert,
    authOptional: !options.password, authMethods: options.authMethods || ['PLAIN', 'LOGIN'], allowInsecureAuth: true,
    disabledCommands: [...(options.key ? [] : ['STARTTLS']), ...(options.password ? [] : ['AUTH']), ...(options.without || [])],
    hidePIPELINING: !!options.plain, hide8BITMIME: !!options.plain,
    disableReverseLookup: true, logger: false,
    onConnect(session, done) {
        if (options.greeting) return done(refuse(options.greeting, 'come back later'));
        session.number = ++connections;
        tell({ saw: 'connection', number: session.number });
        done();
    },
    onAuth(auth, session, done) {
        const good = auth.username === 'billing' && auth.password === options.password;
        tell({ saw: 'login', how: auth.method, good, secure: session.secure });
        good ? done(null, { user: auth.username }) : done(refuse(535, '5.7.8 authentication credentials invalid'));
    },
    onMailFrom(address, session, done) {
        done(options.sender ? refuse(options.sender, '5.7.1 not from this address') : null);
    },
    onRcptTo(address, session, done) {
        const name = address.address.split('@')[0];
        const times = (asked.get(name) || 0) + 1;
        asked.set(name, times);
        const later = /^later-(\d+)\./.exec(name);
        if (later && times <= Number(later[1])) return done(refuse(450, `4.2.1 <${address.address}> is busy, try ${later[1] - times + 1} more`));
        if (name.startsWith('never')) return done(refuse(550, `5.1.1 <${address.address}> is not known here`));
        if (name.startsWith('quick') && times === 1) return done(refuse(454, 'Throttling failure: Maximum sending rate exceeded.'));
        done();
    },
    onData(stream, session, done) {
        const parts = [];
        stream.on('data', part => parts.push(part));
        stream.on('end', () => {
            const [to] = session.envelope.rcptTo.map(one => one.address);
            if (to.startsWith('spam')) return done(refuse(554, '5.7.1 the text is not wanted'));
            tell({ saw: 'mail', to, at: performance.timeOrigin + performance.now(), connection: session.number, secure: session.secure, user: session.user || null, body: session.envelope.mailFrom.args.BODY || null,
                text: options.quiet ? null : Buffer.concat(parts).toString('utf8') });
            if (to.startsWith('cut') && asked.get(to.split('@')[0]) === 1) return [...server.connections].forEach(one => one._socket.destroy());
            done(null, 'taken');
        });
    },
});
server.on('error', () => { });
// "drop" closes what is open, as a server does that finds its clients idle; the end of the input ends the server
process.stdin.on('data', text => { if (String(text).includes('drop')) [...server.connections].forEach(one => one.close()); });
process.stdin.on('end', () => process.exit(0));
server.listen(options.port || 0, '127.0.0.1', () => tell({ saw: 'port', number: server.server.address().port }));
