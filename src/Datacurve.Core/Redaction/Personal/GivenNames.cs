namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// Names that people are given, of many languages: they tell a person from a title or a service.
/// </summary>
internal static class GivenNames
{
    private const string Text = """
        Aaron Adam Adrian Agnieszka Ahmed Aiko Aisha Akira Alan Albert Alejandro Alessandro Alex Alexander
        Alexandra Alexandre Alexei Ali Alice Alicia Alina Alison Alfred Amanda Amara Amelie Amir Amit Ana
        Anastasia Anders Andre Andrea Andreas Andrei Andrew Andrzej Andy Angela Angelika Anika Anita Anja
        Anjali Anke Ann Anna Anne Annette Anthony Antoine Anton Antonio Anya Arjun Arne Arnaud Artem
        Arthur Arun Ashley Astrid Axel Ayse Barbara Bart Bas Bastian Beatriz Ben Benedikt Benjamin Benoit
        Bernard Bernd Bianca Bill Birgit Bjorn Bob Boris Brandon Brenda Brendan Brian Bruno Bryan Camila
        Camille Carina Carl Carla Carlos Carmen Carol Caroline Carsten Catherine Cecilia Celine Charles
        Charlotte Chen Chidi Chloe Chris Christian Christina Christine Christoph Christophe Christopher
        Claire Clara Claudia Clement Colin Connor Craig Cristina Daiki Damien Dan Daniel Daniela Danielle
        Dario Dave David Deborah Declan Deepak Deepika Denis Denise Dennis Derek Diana Diego Dieter Dilip
        Dimitri Dirk Dmitri Dmitry Dominik Donald Donna Dorota Doug Douglas Duncan Dylan Eduardo Edward
        Eero Ekaterina Elena Eleni Elif Elizabeth Ella Ellen Emeka Emil Emily Emma Emmanuel Enrique Eric
        Erica Erik Erika Esra Esther Eugene Eva Evan Evelyn Ewa Fabian Fabien Fabio Fatima Federico Felipe
        Felix Fernando Filip Fiona Florian Francesca Francesco Francisco Franck Frank Frederic Frederik
        Freja Fumiko Gabor Gabriel Gabriela Gareth Gary Gavin George Georg Georgia Gerald Gerard Gerd
        Gianluca Giulia Giuseppe Glenn Gordon Graham Greg Gregory Greta Guillaume Gunnar Gustavo Guy
        Hannah Hanna Hannes Hans Haruka Harald Harold Harry Hassan Heather Heidi Heiko Heinrich Helen
        Helena Helga Henrik Henry Hector Helge Hiroshi Holger Hugo Hussein Ian Ibrahim Ignacio Igor Ilya
        Ines Inga Ingrid Irina Isabel Isabella Ivan Ivana Jack Jacek Jacob Jakob Jakub James Jamie Jan
        Jana Jane Janet Janine Jared Jason Javier Jean Jeff Jeffrey Jennifer Jens Jeremy Jerome Jesper
        Jessica Jesus Jill Jim Jiri Joachim Joan Joanna Joao Jochen Joe Joel Johan Johanna Johannes John
        Johnny Jon Jonas Jonathan Jorge Jose Josef Joseph Joshua Joyce Juan Judith Julia Julian Juliana
        Julie Julien Jun Jurgen Justin Kai Kamil Karel Karen Karin Karl Karolina Karsten Katarina Kate
        Katharina Katherine Kathleen Kathrin Katja Kavita Kazuki Keiko Keith Kelly Ken Kenji Kenneth
        Kerstin Kevin Khalid Kim Kiran Klaus Kofi Konstantin Krzysztof Kumar Kunal Kurt Kyle Lars Larissa
        Laura Laurent Layla Lea Leila Lena Leo Leon Leonardo Leonie Leszek Lia Liam Lili Lina Linda Linh
        Lisa Lorenzo Louis Louise Luca Lucas Lucia Lucie Luis Luisa Luiz Lukas Lukasz Luke Lydia Maciej
        Magda Magdalena Magnus Mahmoud Maja Malin Manuel Manuela Marc Marcel Marcelo Marcin Marco Marcos
        Marcus Marek Margaret Margit Maria Mariam Marie Marina Mario Marion Marius Mark Marko Markus Marta
        Martha Martin Martina Mary Masako Mateo Mateus Mathias Mathieu Matt Matteo Matthew Matthias
        Maurice Max Maxim Maya Megan Mehmet Mei Melanie Melissa Mia Michael Michaela Michal Michel Michele
        Michelle Miguel Mikael Mike Mikhail Milan Milos Mina Miriam Mohamed Mohammad Mohammed Monica
        Monika Morgan Morten Mustafa Nadia Nadine Nancy Naoko Natalia Natalie Natasha Nathan Nathaniel
        Neha Neil Nicholas Nick Nicola Nicolas Nicole Niels Nikhil Niklas Nikolai Nina Noah Noor Nora
        Norbert Olaf Ole Oleg Olga Oliver Olivia Olivier Omar Oscar Otto Owen Pablo Pamela Paolo Patricia
        Patrick Patrik Paul Paula Paulo Pavel Pawel Pedro Per Peter Petr Petra Philip Philipp Philippe
        Phillip Pierre Piotr Pooja Prakash Pranav Priya Rachel Radek Rafael Rahul Raj Rajesh Ralf Ralph
        Ramon Raphael Rasmus Raul Ravi Raymond Rebecca Renata Rene Ricardo Riccardo Richard Rita Rob
        Robert Roberto Robin Rodrigo Roger Rohan Roland Rolf Roman Ron Ronald Rosa Ross Roxana Ruben Ruth
        Ryan Sabine Sabrina Sam Samantha Samir Samuel Sandra Sandy Sanjay Santiago Sara Sarah Sascha
        Satoshi Scott Sean Sebastian Sergei Sergey Sergio Shane Shannon Sharon Shaun Shawn Sheila Shreya
        Sigrid Silke Silvia Simon Simone Siobhan Sofia Sonja Sophia Sophie Soren Stefan Stefania Stefanie
        Steffen Stella Stephan Stephanie Stephen Steve Steven Stuart Sunil Suresh Susan Susanne Suzanne
        Sven Svetlana Sylvia Tadeusz Takashi Tamara Tanja Tanya Tara Tariq Tatiana Ted Teresa Theo Theresa
        Thiago Thomas Thuy Tiago Tim Timo Timothy Tina Tobias Todd Tom Tomas Tomasz Tommy Toni Tony
        Torsten Tracy Travis Trevor Ulrich Ulrike Urs Ursula Uwe Valentin Valentina Valerie Vanessa Vera
        Veronica Veronika Victor Victoria Vijay Viktor Viktoria Vikram Vincent Vinod Vladimir Volker
        Walter Wei Wendy Werner Wilhelm William Wolfgang Xavier Yannick Yara Yasmin Yoko Yuki Yuri Yusuf
        Yves Yvonne Zachary Zoe Zofia
        """;

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Names = new HashSet<string>(
        Text.Split(
            (char[])[' ', '\n'],
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        ),
        StringComparer.OrdinalIgnoreCase
    ).GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Has(ReadOnlySpan<char> name) => Names.Contains(name);
}
