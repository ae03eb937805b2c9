/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over kept inputs, as an ordinary test: usage: fuzz_x CORPUS-DIR [REGRESSION-DIR].
 * An empty corpus fails, so that a target cannot pass by having nothing to do. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static int replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	if (f == NULL || fstat(fileno(f), &st) != 0) {
		perror(path);
		return 1;
	}
	/* Exactly as many bytes as the input has, so that a sanitizer sees a read of one more. */
	size_t n = (size_t)st.st_size;
	uint8_t *p = malloc(n != 0 ? n : 1);
	int bad = p == NULL || fread(p, 1, n, f) != n;
	(void)fclose(f);
	if (bad)
		perror(path);
	else
		(void)LLVMFuzzerTestOneInput(p, n);
	free(p);
	return bad;
}

/* Number of inputs replayed, or -1. */
static int replay_dir(const char *path)
{
	DIR *d = opendir(path);
	if (d == NULL)
		return 0;
	int n = 0;
	for (struct dirent *e; n >= 0 && (e = readdir(d)) != NULL;) {
		char file[4096];
		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(file, sizeof file, "%s/%s", path, e->d_name);
		n = replay_file(file) == 0 ? n + 1 : -1;
	}
	(void)closedir(d);
	return n;
}

int main(int argc, char **argv)
{
	int corpus = argc > 1 ? replay_dir(argv[1]) : 0;
	int regression = argc > 2 ? replay_dir(argv[2]) : 0;
	if (corpus <= 0 || regression < 0) {
		(void)fprintf(stderr, "no inputs in %s\n", argc > 1 ? argv[1] : "(no folder named)");
		return 1;
	}
	(void)printf("%d inputs of the corpus, %d regressions\n", corpus, regression);
	return 0;
}
