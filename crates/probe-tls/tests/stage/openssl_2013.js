// OpenSSL 1.0.1e as a server, inside Node.js 0.10.0: as it was before Heartbleed and CCS injection were known.
//
// Usage: node openssl_2013.js PORT CERTIFICATE KEY CIPHERS

var files = require('fs');
var words = process.argv;
var settings = { cert: files.readFileSync(words[3]), key: files.readFileSync(words[4]), ciphers: words[5] };

require('tls').createServer(settings, function (visitor) {
  visitor.on('error', function () {});
}).listen(+words[2], '127.0.0.1');
