/* A program that does nothing, linked to what ours are linked to: what the
 * loader costs before any of our work. */
int main()
{
	return 0;
}
